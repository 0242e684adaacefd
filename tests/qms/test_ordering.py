"""Names in the order of a Vietnamese dictionary, on whichever database the tests run."""

import pytest

from qms.models import Agency, User
from qms.text.alphabet import sort_key
from qms.text.ordering import Alphabetical, by_given_name

pytestmark = pytest.mark.django_db

NAMES = [
    "An Cựu",
    "Đan Điền",
    "Dương Nỗ",
    "Hà",
    "Hạ",
    "Hoàng",
    "Hồ",
    "Huỳnh",
    "Tài chính",
    "Thông tin",
    "Tư pháp",
    "Ý Yên",
]


def test_the_database_orders_names_as_python_does():
    wanted = sorted(NAMES, key=sort_key)
    for number, name in enumerate(reversed(NAMES)):
        Agency.objects.create(code=f"C{number}", name=name)
    assert (
        list(Agency.objects.order_by(Alphabetical("name")).values_list("name", flat=True)) == wanted
    )
    assert (
        list(Agency.objects.order_by(Alphabetical("name").desc()).values_list("name", flat=True))
        == wanted[::-1]
    )
    assert (
        wanted.index("Dương Nỗ")
        < wanted.index("Đan Điền")
        < wanted.index("Hà")
        < wanted.index("Hạ")
    )


PEOPLE = ["Vũ Thị An", "Bùi Văn Đạt", "Trần Dũng", " Lê Thị  Hạ ", "Phạm Thị Hà", "An", "Lê Văn An"]


def test_people_are_ordered_by_their_given_name_then_by_the_whole():
    for number, name in enumerate(reversed(PEOPLE)):
        User.objects.create(username=f"p{number}", first_name=name)
    found = User.objects.order_by(*by_given_name("first_name")).values_list("first_name", flat=True)
    assert [" ".join(name.split()) for name in found] == [
        "An",
        "Lê Văn An",
        "Vũ Thị An",
        "Trần Dũng",
        "Bùi Văn Đạt",
        "Phạm Thị Hà",
        "Lê Thị Hạ",
    ]
