"""What migrations do to rows."""

from audits.bank import starter

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


def load_questions(apps, schema_editor):
    starter.load_questions(apps.get_model("audits", "Question"))


def add_faults(apps, schema_editor):
    starter.add_faults(apps.get_model("audits", "Question"))


def reword_questions(apps, schema_editor):
    starter.reword(apps.get_model("audits", "Question"))


def load_causes(apps, schema_editor):
    Cause = apps.get_model("audits", "Cause")
    for group, names in CAUSES.items():
        parent = Cause.objects.create(name=group)
        Cause.objects.bulk_create(Cause(parent=parent, name=name) for name in names)
