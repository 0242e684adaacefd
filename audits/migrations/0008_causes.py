from django.db import migrations

CAUSES = {
    "Con người": [
        "Chưa được tập huấn hoặc hướng dẫn",
        "Phân công chưa rõ, không có người thay khi vắng",
        "Quá tải so với số việc được giao",
    ],
    "Quy trình, hướng dẫn": [
        "Quy trình chưa quy định việc này",
        "Quy trình khó hiểu hoặc không còn phù hợp",
        "Quy định pháp luật thay đổi, quy trình chưa sửa theo",
    ],
    "Phương tiện, phần mềm": [
        "Phần mềm không nhắc hoặc không kiểm tra",
        "Thiết bị hỏng, thiếu hoặc chưa kiểm định",
    ],
    "Hồ sơ, tài liệu": [
        "Dùng bản tài liệu đã hết hiệu lực",
        "Biểu mẫu thiếu mục hoặc khó ghi",
        "Nơi lưu hồ sơ chưa hợp lý",
    ],
    "Kiểm tra, theo dõi": [
        "Không ai được giao kiểm tra",
        "Có kiểm tra nhưng không theo kỳ, không ghi lại",
    ],
    "Phối hợp, môi trường làm việc": [
        "Phối hợp giữa các đơn vị chưa rõ",
        "Bên cung cấp hoặc cơ quan khác gửi chậm",
        "Nơi làm việc chật, thiếu chỗ bảo quản",
    ],
}
SENT_BACK = "Từ nay kế hoạch khắc phục được trình để người phê duyệt ký. Hãy bổ sung phần hệ thống rồi trình lại."


def load(apps, schema_editor):
    Cause = apps.get_model("audits", "Cause")
    for group, names in CAUSES.items():
        parent = Cause.objects.create(name=group)
        Cause.objects.bulk_create(Cause(parent=parent, name=name) for name in names)


def open_unsigned_plans(apps, schema_editor):
    """Plans that waited for a word of agreement now need a signature: they are open again."""
    Nonconformity = apps.get_model("audits", "Nonconformity")
    Nonconformity.objects.filter(state="planned").update(state="open", sent_back=SENT_BACK)
    Nonconformity.objects.filter(finding__grade="major").update(minor=False)


class Migration(migrations.Migration):
    dependencies = [("audits", "0007_corrective_gates")]

    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(open_unsigned_plans, migrations.RunPython.noop),
    ]
