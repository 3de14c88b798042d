"""What training gives to rules and to figures."""
