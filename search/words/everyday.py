"""Everyday words and pairs of words, which people use in questions and documents hardly ever do:
from them come the marks of what no document says."""

from search.words.vietnamese import forms

_WORDS = """
    mất qua đời nay mai hôm trước sau ngoài trên dưới giữa gần xa lại nữa cùng nhau nhiều ít lớn
    nhỏ cao thấp dài ngắn đúng sai khác giống tốt xấu cũ đẹp người nhà cửa đất vườn phòng xe máy
    đường phố chợ quán tiệm hàng trường lớp bệnh viện trọ quê làng xóm phường bố mẹ cha ông bà cô
    chú bác dì cậu con vợ chồng bé trai gái đứa tiền đồng triệu giá phí năm tháng ngày tuần buổi
    sáng chiều tối phút tuổi ăn về đến tới gửi nhận nộp trả mua bán thuê mượn mở đóng đổi sửa viết
    đọc ký xem tìm gặp gọi báo khai đưa đặt vẽ học chơi ngủ uống chạy đứng nói nghe thấy sợ một
    hai bốn sáu bảy tám chín mười mỗi mọi vài giấy tờ bản đơn sổ thẻ ảnh chữ tên số tin thư nước
    dân bên phía nơi chỗ cách loại chưa rất lắm quá hơn nhất già trẻ đau ốm chết sống khỏe thuốc
    lạ quen
"""
_PAIRS = """
    như thế, thế nào, bao nhiêu, bao lâu, bao giờ, ở đâu, từ đâu, làm sao, thì sao, ra sao,
    thì cần, thì phải, thì làm, thì nộp, thì được, được không, phải không, có không, có được,
    có phải, có thể, có cần, cần những, cần phải, cần gì, những gì, giấy gì, gồm những, làm gì,
    làm giấy, làm thế, xin cấp, tôi muốn, em muốn, muốn làm, muốn xin, muốn mở, muốn đổi, cho tôi,
    cho con, cho em, con tôi, con em, vợ tôi, chồng tôi, mẹ tôi, bố tôi, ông tôi, bà tôi, nhà tôi,
    tôi có, tôi bị, tôi cần, bị mất, bị hỏng, bị sai, mới sinh, mới mất, vừa sinh, mất rồi,
    xong thì, rồi thì, nộp ở, làm ở, xin ở, mấy ngày, mấy tháng, mấy năm, hết bao, khi nào,
    lúc nào, ngày nào, nơi nào, ai được, ai có, do ai, tại sao, vì sao, có mặt, trước mặt, em bé,
    hai người, không có, chưa có, đã có, ở phường, ở xã, ở nhà, ở tỉnh, lên phường, lên xã,
    sau khi, trước khi, trong ngày, trường hợp, trẻ em, phải làm, phải nộp, phải đi, đi làm,
    đi đăng, được cấp, được hưởng, của tôi, của mình, của con, người nước, nước ngoài, người nhà,
    cán bộ, không đi, đi lại, đến nhà, tại nhà, mua nhà, mang theo, giấy tờ, tờ gì, nhiêu tiền,
    nhiêu ngày, hộ khẩu, cho bé, qua đời, mới đẻ, mới cưới, sắp cưới, sắp sinh, chào đời, mới mua,
    mới xây, mới chuyển, mới nghỉ, mới đi, cà phê, quán ăn, quán nước, quán cà, tạp hóa, cắt tóc,
    tiệm tóc, tiệm ăn, mở quán, mở tiệm, mở lớp, mở cửa, cửa hàng, mất bao, mất mấy, làm mất,
    đánh mất, mất giấy, mất thẻ, mất sổ, mất hết, ông mất, bà mất, bố mất, mẹ mất, chồng mất,
    vợ mất, đã mất, vừa mất, đau ốm, già yếu, ốm đau, hàng xóm, nhà bên, bên cạnh, bên ngoài,
    cạnh nhà, gần nhà, xa nhà, nhà trọ, phòng trọ, ở trọ, ở nhờ, ở quê, dưới quê, về quê,
    lên thành, thành phố, đi học, đi xa, đi vắng, đi khám, đi nước, đi đâu, đi về, ra ngoài,
    ra đời, năm nay, năm trước, năm ngoái, tháng này, tháng sau, hôm nay, hôm qua, ngày mai,
    hiện nay, nay muốn, nay cần, nay về, nay tôi, nay đã, trước đây, sau đó, từ khi, đến khi,
    bây giờ, lâu rồi, lần nữa, lần đầu, một lần, nhiều lần, thứ bảy, chủ nhật, thứ mấy, buổi sáng,
    buổi chiều, mấy giờ, mấy người, mấy bản, mấy lần, mấy loại, mấy tuổi, bao xa, tối đa, ít nhất,
    con trai, con gái, con nhỏ, con ruột, con riêng, con rể, con dâu, đứa con, đứa bé, hai đứa,
    vợ chồng, hai vợ, cha mẹ, bố mẹ, ông bà, anh em, chị em, bà nội, bà ngoại, ông nội, ông ngoại,
    người già, người lớn, người thân, người khác, người ta, người yêu, một người, bạn bè, bạn tôi,
    em tôi, anh tôi, chị tôi, con bé, em gái, em trai, anh trai, chị gái, cháu tôi, nhà mình,
    nhà em, nhà cũ, nhà mới, xây nhà, sửa nhà, bán nhà, thuê nhà, cho thuê, xin phép, mua đất,
    bán đất, miếng đất, mua xe, xe máy, xe hơi, chạy xe, lái xe, đám cưới, đám tang, lấy vợ,
    lấy chồng, cưới vợ, ly hôn, ly dị, chia tay, viết sai, ghi sai, sai tên, đổi tên, tên con,
    tên cha, tên mẹ, họ tên, sai ngày, ngày sinh, năm sinh, tuổi già, đủ tuổi, chụp ảnh, mang gì,
    đem gì, nộp gì, ký tên, ký vào, đóng dấu, đóng tiền, nộp tiền, trả tiền, mượn tiền, vay tiền,
    tiền mặt, lấy tiền, miễn phí, mất tiền, tốn tiền, phí bao, gửi đến, gửi cho, gửi đơn, gửi qua,
    qua mạng, trên mạng, qua bưu, nhờ người, nhờ ai, thay tôi, thay mặt, đi thay, cùng với,
    nói chuyện, gặp ai, gọi ai, hỏi ai, báo cho, báo ai, kêu ai, ai ký, ai làm, ai duyệt, ai chịu,
    khi bị, nếu bị, bị phạt, bị đau, bị bệnh, bị lỗi, bị trễ, trễ hạn, quá hạn, hết hạn, còn hạn,
    có sao, sao không, không đồng, đồng ý, không biết, chưa biết, chưa nhận, chưa làm, không cần,
    không phải, không ở, không còn, không ai, đã lâu, làm lại, xin lại, cấp lại, nộp lại, lấy lại,
    trả lại, xem lại, quay lại, ở đây, ở đó, tới đâu, tận nhà, qua những, những bước, từng bước,
    bước nào, loại nào, chỗ nào, phòng nào, mẫu nào, bước tiếp, vị trí, đặt ở, để ở, nằm ở,
    giống nhau, khác nhau, ở xa, còn sống, đang sống, sống ở, sinh sống, sinh ra, sinh ở, làm ăn,
    buôn bán, bán hàng, kinh doanh
"""
EVERYDAY_WORDS = frozenset(forms(word)[0] for word in _WORDS.split())
EVERYDAY_PAIRS = frozenset(
    "_".join(forms(word)[0] for word in pair.split()) for pair in _PAIRS.split(",")
)
