"""Addresses of audits: an agency's lists below its page, everything else by its own number."""

from django.urls import path

from audits.views import (
    audits,
    checklists,
    corrections,
    findings,
    on_site,
    overview,
    programmes,
    set_aside,
)

urlpatterns = [
    path("danh-gia/", overview.mine, name="my_audits"),
    path("a/<id:pk>/danh-gia/", overview.agency, name="agency_audits"),
    path("a/<id:pk>/danh-gia/phat-hien/", overview.findings, name="agency_findings"),
    path("a/<id:pk>/danh-gia/hanh-dong/", overview.actions, name="agency_actions"),
    path("a/<id:pk>/danh-gia/ghi/", corrections.report, name="nonconformity_report"),
    path("a/<id:pk>/danh-gia/chuong-trinh/", programmes.new_programme, name="audit_programme_new"),
    path("a/<id:pk>/danh-gia/moi/", audits.new_audit, name="audit_new"),
    path("danh-gia/chuong-trinh/<id:pk>/", programmes.programme, name="audit_programme"),
    path(
        "danh-gia/chuong-trinh/<id:pk>/sua/", programmes.edit_programme, name="audit_programme_edit"
    ),
    path(
        "danh-gia/chuong-trinh/<id:pk>/phe-duyet/",
        programmes.approve_programme,
        name="audit_programme_approve",
    ),
    path(
        "danh-gia/chuong-trinh/<id:pk>/lan-moi/",
        programmes.revise_programme,
        name="audit_programme_revise",
    ),
    path("danh-gia/<id:pk>/", audits.audit, name="audit"),
    path("danh-gia/<id:pk>/sua/", audits.edit_audit, name="audit_edit"),
    path("danh-gia/<id:pk>/doan/", audits.add_member, name="audit_member_add"),
    path("danh-gia/<id:pk>/doan/<id:member>/", audits.end_member, name="audit_member_end"),
    path("danh-gia/<id:pk>/dong/", audits.row, name="audit_row_new"),
    path("danh-gia/<id:pk>/dong/<id:row>/", audits.row, name="audit_row"),
    path("danh-gia/<id:pk>/dong/<id:row>/bo/", audits.remove_row, name="audit_row_remove"),
    path("danh-gia/<id:pk>/viec/<slug:name>/", audits.act, name="audit_act"),
    path("danh-gia/<id:pk>/ket-luan/", audits.conclude, name="audit_conclude"),
    path("danh-gia/<id:pk>/phieu/", checklists.checklist, name="audit_checklist"),
    path("danh-gia/<id:pk>/phieu/them/", checklists.add_item, name="audit_item_add"),
    path("danh-gia/<id:pk>/phieu/dong/<id:row>/", checklists.make, name="audit_checklist_make"),
    path("danh-gia/<id:pk>/phieu/<id:item>/", checklists.answer, name="audit_answer"),
    path("danh-gia/<id:pk>/phieu/<id:item>/chon/", set_aside.choose, name="audit_answer_choose"),
    path(
        "danh-gia/<id:pk>/phieu/<id:item>/phat-hien/",
        findings.from_answer,
        name="audit_finding_from_answer",
    ),
    path("danh-gia/<id:pk>/de-rieng/", set_aside.listed, name="audit_set_aside"),
    path("danh-gia/<id:pk>/de-rieng/<id:kept>/", set_aside.decide, name="audit_aside_decide"),
    path("danh-gia/<id:pk>/de-rieng/<id:kept>/tep/", set_aside.file, name="audit_aside_file"),
    path("danh-gia/may.js", on_site.worker, name="audit_worker"),
    path("danh-gia/tren-may/", on_site.device, name="audit_device"),
    path("danh-gia/<id:pk>/tai-cho/", on_site.page, name="audit_on_site"),
    path("danh-gia/<id:pk>/tai-cho/goi/", on_site.pack, name="audit_pack"),
    path("danh-gia/<id:pk>/tai-cho/moi/", on_site.news, name="audit_news"),
    path("danh-gia/<id:pk>/tai-cho/gui/", on_site.send, name="audit_send"),
    path("danh-gia/<id:pk>/tai-cho/tep/<uuid:entry>/", on_site.piece, name="audit_piece"),
    path("danh-gia/<id:pk>/phat-hien/", findings.new_finding, name="audit_finding_new"),
    path("danh-gia/phat-hien/<id:pk>/", findings.finding, name="audit_finding"),
    path("danh-gia/phat-hien/<id:pk>/sua/", findings.edit_finding, name="audit_finding_edit"),
    path("danh-gia/phat-hien/<id:pk>/rut/", findings.drop_finding, name="audit_finding_drop"),
    path("danh-gia/phat-hien/<id:pk>/tra-loi/", findings.reply, name="audit_finding_reply"),
    path("danh-gia/phat-hien/<id:pk>/quyet-dinh/", findings.decide, name="audit_finding_decide"),
    path("danh-gia/bang-chung/<id:pk>/", findings.evidence_file, name="audit_evidence"),
    path("danh-gia/khong-phu-hop/<id:pk>/", corrections.case, name="nonconformity"),
    path(
        "danh-gia/khong-phu-hop/<id:pk>/phan-tich/",
        corrections.analyse,
        name="nonconformity_analyse",
    ),
    path(
        "danh-gia/khong-phu-hop/<id:pk>/hanh-dong/",
        corrections.add_action,
        name="nonconformity_action_add",
    ),
    path(
        "danh-gia/khong-phu-hop/<id:pk>/hanh-dong/<id:action>/bo/",
        corrections.remove_action,
        name="nonconformity_action_remove",
    ),
    path(
        "danh-gia/khong-phu-hop/<id:pk>/hanh-dong/<id:action>/xong/",
        corrections.finish,
        name="nonconformity_action_finish",
    ),
    path(
        "danh-gia/khong-phu-hop/<id:pk>/gui/", corrections.send_plan, name="nonconformity_send_plan"
    ),
    path("danh-gia/khong-phu-hop/<id:pk>/dong-y/", corrections.agree, name="nonconformity_agree"),
    path("danh-gia/khong-phu-hop/<id:pk>/hieu-luc/", corrections.judge, name="nonconformity_judge"),
]
