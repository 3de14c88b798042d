"""Addresses of social support: payments and the files of the payer."""

from django.urls import URLPattern, path

from istidrak.support.views import payer, payments

urlpatterns: list[URLPattern] = [
    path("support/instalments/<uuid:instalment>/send/", payer.send, name="send"),
    path("support/instalments/<uuid:instalment>/reconciliation/", payments.reconciliation, name="reconciliation"),
    path("support/instalments/<uuid:instalment>/close/", payments.close, name="instalment_close"),
    path("support/instalments/<uuid:instalment>/payments/", payments.payments, name="payments"),
    path("support/instalments/<uuid:instalment>/returned/", payments.returned, name="returned"),
    path("support/payments/<str:payment>/", payments.payment, name="payment"),
    path("support/payer/", payer.payer, name="payer"),
    path("support/payer/<uuid:instalment>/", payer.payer_instalment, name="payer_instalment"),
    path("support/payer/<uuid:instalment>/return/", payer.payer_return, name="payer_return"),
    path("support/payer/files/<uuid:payer_file>/", payer.cover_sheet, name="cover_sheet"),
    path("support/payer/files/<uuid:payer_file>/take/", payer.payer_file_take, name="payer_file_take"),
    path("support/payer/files/<uuid:payer_file>/cover/", payer.payer_cover_take, name="payer_cover_take"),
    path("support/payer/files/<uuid:payer_file>/archive/", payer.payer_archive, name="payer_archive"),
]
