"""The field of a form that takes a proof: what the file is, is read from its content; its name proves nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from istidrak.base import files


class ProofField(forms.FileField):
    """A PDF, JPEG or PNG of 5 MB at most; the upload, or None when the field may be empty and is."""

    default_help = _("PDF, JPEG or PNG, 5 MB at most.")

    def __init__(self, **options: Any):
        super().__init__(**{"help_text": self.default_help, **options})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Raises ValidationError for a file too large or of another kind."""
        upload = super().clean(data, initial)
        if not upload:
            return None
        if upload.size > files.LARGEST:
            raise forms.ValidationError(_("This file is larger than 5 MB: photograph it again, smaller."))
        start = upload.read(16)
        upload.seek(0)
        if files.type_of(start) is None:
            raise forms.ValidationError(_("This file is neither a PDF nor a JPEG or PNG picture."))
        return upload
