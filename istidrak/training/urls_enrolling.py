"""Addresses of enrolling: requests, waiting lists, services, transfers, submitted lists."""

from django.urls import path

from istidrak.training.views import applications, returns, services, transfers, waiting

urlpatterns = [
    path("requests/", applications.applications, name="applications"),
    path("requests/new/", applications.create, name="application_create"),
    path("requests/<uuid:application>/", applications.application, name="application"),
    path("requests/<uuid:application>/receipt/", applications.receipt, name="receipt"),
    path("centres/<uuid:centre>/waiting-list/", waiting.waiting_list, name="waiting_list"),
    path("centres/<uuid:centre>/contact/", waiting.contact, name="contact"),
    path("centres/<uuid:centre>/services/", services.services, name="services"),
    path("services/<uuid:offer>/", services.service, name="service"),
    path("consents/<uuid:consent>/withdraw/", waiting.withdraw_consent, name="consent_withdraw"),
    path("consents/<uuid:consent>/paper/", waiting.consent_paper, name="consent_paper"),
    path("consents/<uuid:consent>/add-paper/", waiting.add_consent_paper, name="consent_paper_add"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/<uuid:transfer>/", transfers.transfer, name="transfer"),
    path("returned-lists/", returns.returns, name="returns"),
    path("returned-lists/<uuid:register>/", returns.register, name="register"),
]
