"""The agenda of a management review (clause 9.3.2, in our own words), and what to bring for topics
without figures."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    EARLIER = "earlier", _("Việc thực hiện kết luận của các kỳ trước")
    CHANGES = "changes", _("Thay đổi bên ngoài và bên trong")
    FEEDBACK = "feedback", _("Sự hài lòng và phản hồi của người dân, tổ chức, các bên quan tâm")
    OBJECTIVES = "objectives", _("Mức độ đạt mục tiêu chất lượng")
    PROCESSES = "processes", _("Kết quả thực hiện quy trình và sự phù hợp của dịch vụ")
    CORRECTIONS = "corrections", _("Sự không phù hợp và hành động khắc phục")
    MONITORING = "monitoring", _("Kết quả theo dõi và đo lường")
    AUDITS = "audits", _("Kết quả đánh giá")
    PROVIDERS = "providers", _("Kết quả của nhà cung cấp bên ngoài")
    RESOURCES = "resources", _("Sự đầy đủ của nguồn lực")
    RISKS = "risks", _("Hiệu lực của hành động đối với rủi ro và cơ hội")
    IMPROVEMENT = "improvement", _("Cơ hội cải tiến")


BRING: dict[str, Any] = {
    Topic.EARLIER: _("Từng kết luận của kỳ trước: đã làm đến đâu, vì sao chưa xong."),
    Topic.CHANGES: _(
        "Văn bản pháp luật, danh mục thủ tục, tổ chức bộ máy, phần mềm đã thay đổi và ảnh hưởng tới hệ thống."
    ),
    Topic.FEEDBACK: _(
        "Kết quả khảo sát hài lòng, phản ánh, kiến nghị, khiếu nại: bao nhiêu, về việc gì, đã trả lời thế nào."
    ),
    Topic.OBJECTIVES: _(
        "Từng mục tiêu chất lượng của năm: chỉ tiêu, kết quả đạt được, lý do chưa đạt."
    ),
    Topic.PROCESSES: _(
        "Số hồ sơ đã giải quyết, đúng hạn, trễ hạn, phải trả lại; quy trình nào chậm và vì sao."
    ),
    Topic.CORRECTIONS: _("Nguyên nhân hay lặp lại, hành động kéo dài, việc cần lãnh đạo tháo gỡ."),
    Topic.MONITORING: _(
        "Kết quả kiểm tra, giám sát, tự chấm điểm, chỉ số cải cách hành chính trong kỳ."
    ),
    Topic.AUDITS: _(
        "Nhận xét từ đánh giá nội bộ, kiểm tra của cấp trên, đánh giá của tổ chức bên ngoài."
    ),
    Topic.PROVIDERS: _(
        "Đơn vị cung cấp phần mềm, đường truyền, bưu chính, bảo trì: đúng hẹn không, có sự cố gì."
    ),
    Topic.RESOURCES: _("Biên chế, tập huấn, máy móc, phần mềm, kinh phí: thiếu gì, ở đâu."),
    Topic.RISKS: _("Rủi ro, cơ hội đã nhận diện, việc đã làm và việc đó có tác dụng không."),
    Topic.IMPROVEMENT: _("Sáng kiến, đề xuất của các đơn vị, việc nên làm khác đi."),
}
