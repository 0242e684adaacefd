"""URLs of approvals."""

from django.urls import path

from qms.approvals import absence_views, rule_views, views

urlpatterns = [
    path("duyet/", views.approvals, name="approvals"),
    path("duyet/vang-mat/", absence_views.absences, name="absences"),
    path("duyet/vang-mat/<id:pk>/ket-thuc/", absence_views.end, name="absence_end"),
    path("duyet/vang-mat/<id:pk>/van-ban/", absence_views.paper, name="absence_paper"),
    path("duyet/quy-tac/", rule_views.approval_rules, name="approval_rules"),
    path("duyet/quy-tac/sua/", rule_views.approval_rule, name="approval_rule"),
    path("duyet/quy-tac/bo/", rule_views.remove, name="approval_rule_remove"),
    path("duyet/<id:pk>/", views.approval, name="approval"),
    path("duyet/<id:pk>/ky/", views.sign, name="approval_sign"),
    path("duyet/<id:pk>/tra-lai/", views.give_back, name="approval_return"),
    path("duyet/<id:pk>/rut-lai/", views.take_back, name="approval_take_back"),
    path("duyet/<id:pk>/huy/", views.void, name="approval_void"),
    path("duyet/<id:pk>/chon-lai/", views.choose, name="approval_choose"),
    path("duyet/<id:pk>/dua-ra/<id:item>/", views.take_out, name="approval_take_out"),
    path("duyet/<id:pk>/y-kien/<id:item>/", views.remark, name="approval_remark"),
    path("duyet/<id:pk>/tra-loi/<id:remark>/", views.answer, name="approval_answer"),
]
