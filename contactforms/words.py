"""What the parts of a form are called on a ticket, in their order. Pure."""

from __future__ import annotations

from access.model import Locale

LABELS: dict[Locale, dict[str, str]] = {
    "en": {
        "class": "Contact about",
        "request": "Request",
        "party": "From",
        "person": "a person",
        "organization": "an organisation",
        "name": "Name",
        "organisation": "Organisation",
        "phone": "Telephone",
        "address": "Address",
        "source": "Heard of us by",
        "campaign": "Campaign",
        "seller": "Seller",
        "seller_phone": "Telephone of the seller",
        "bought_on": "Bought on",
        "note": "Note",
    },
    "ar": {
        "class": "موضوع الاتصال",
        "request": "نوع الطلب",
        "party": "من",
        "person": "شخص",
        "organization": "مؤسسة",
        "name": "الاسم",
        "organisation": "المؤسسة",
        "phone": "الهاتف",
        "address": "العنوان",
        "source": "كيف عرف عنا",
        "campaign": "الحملة",
        "seller": "البائع",
        "seller_phone": "هاتف البائع",
        "bought_on": "تاريخ الشراء",
        "note": "ملاحظة",
    },
    "fa": {
        "class": "موضوع تماس",
        "request": "نوع درخواست",
        "party": "از طرف",
        "person": "شخص حقیقی",
        "organization": "شخص حقوقی",
        "name": "نام",
        "organisation": "سازمان",
        "phone": "تلفن",
        "address": "نشانی",
        "source": "نحوهٔ آشنایی",
        "campaign": "کمپین",
        "seller": "فروشنده",
        "seller_phone": "تلفن فروشنده",
        "bought_on": "تاریخ خرید",
        "note": "یادداشت",
    },
}
