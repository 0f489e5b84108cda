//! Hindi, Bengali, Thai, Vietnamese and Indonesian.

use super::row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // Hindi
    row!(
        "override:hi_told",
        r"पिछल|पुरान|पहले|ऊपर|उपरोक्त|सभी|सारे|सब |अब तक|बनाने वाल|तुम्हें|आपको",
        r"निर्देश|आदेश|नियम|हिदायत|सिखाया|बताया|कहा गया|कहा था|रूल्स|इंस्ट्रक्शन",
        r"भूल|अनदेख|नज़रअंदाज़|नजरअंदाज|मिटा|छोड़|पालन मत|मत मान|दरकिनार"
    ),
    row!(
        "void:hi",
        r"(?:पाबंदि|प्रतिबंध|नियम|फ़िल्टर|फिल्टर|रोक|सीमा|निर्देश|रूल्स|काम|आदेश)\p{L}{0,3}[\p{M}\p{L}]{0,6}",
        r"हटाई|हटा दि|हटा दो|हटाओ|बंद किए|बंद कर|समाप्त|ख़त्म|रद्द|लागू नहीं|बदल गए|निष्क्रिय"
    ),
    row!(
        "unbound:hi",
        r"कोई (?:नियम|रोक|पाबंदी|सीमा|निषेध|प्रतिबंध)[^।!?\n]{0,12}नहीं|बिना (?:किसी )?(?:रोक|पाबंदी|नियम|सेंसर|फ़िल्टर|चेतावनी|झिझक)|नीति नहीं मान|हर सवाल का (?:पूरा )?जवाब|कभी (?:मना|इनकार) नहीं|खुलकर बोल|किसी क़?ायदे से नहीं|चेतावनी नहीं दे|कभी नहीं कहते"
    ),
    row!("double:hi", r"दो (?:जवाब|उत्तर|बार)|दोनों जवाब"),
    row!("role:hi", r"किरदार से बाहर|किरदार में (?:वापस|आ|रह)|भूमिका से बाहर|रोबोट बने"),
    row!(
        "persona:hi",
        r"अब से (?:तुम|आप|मालिक|तू)|आज से तुम|अब तुम|तुम अब|तुम (?:मेरी|मेरे) [^।!?\n]{2,12} बन जाओ|भूमिका (?:छोड़|निभा)|की तरह (?:व्यवहार|बर्ताव)|मान लो कि तुम|एक्टिंग करो|का रोल"
    ),
    row!(
        "suppress:hi",
        r"माफ़|चेतावनी|उपदेश|मना करना|नहीं कर सकता|अनुचित|घुमाना|वजह पूछना|माफी|सलाह",
        r"मत|मना है|बंद|नहीं चाहिए|बिना|नहीं दे|नहीं जोड़|कोई .{0,20}नहीं"
    ),
    row!("start:hi", r"(?:ज़रूर|जरूर|हाँ|बिल्कुल|तो सुनो|ठीक है)[^।!?\n]{0,30} से शुरू"),
    row!("mode:hi", r"(?:डेवलपर|डिबग|गॉड|एडमिन|जेलब्रेक) ?मोड"),
    row!(
        "refused:hi",
        r"(?:बताने से )?मना (?:कर दिया|करते हो|किया|की थी)|टाल दिया|मेरे पिछले सवाल|जवाब नहीं दिया|सवाल (?:का|जिसे)"
    ),
    row!(
        "hypothesis:hi",
        r"मान लो|कल्पना|सोचो|कहानी|फ़िल्म|फिल्म",
        r"कोई (?:रोक|नियम|पाबंदी|क़ानून)|बिना नियम|सब (?:कुछ )?(?:जायज़|चलता)"
    ),
    row!(
        "addressed:hi",
        r"(?:एआई|सहायक|एजेंट|मॉडल|चैटबॉट|रोबोट)\p{L}{0,2}\p{M}{0,2} (?:के लिए (?:नोट|सूचना|अनिवार्य|आदेश|निर्देश|:)|को आदेश|ध्यान दें)|(?:एआई|सहायक|एजेंट|मॉडल) ?के लिए[:：]|(?:पढ़ने वाले|पढ़ने वाली|पढ़ रहे) (?:एआई|सहायक|एजेंट|मॉडल)"
    ),
    row!(
        "silence:hi",
        r"(?:इस (?:बारे|पंक्ति|क़?दम)|उसे|किसी|उपयोगकर्ता)[^।!?\n]{0,14}(?:मत बता|कुछ मत|उल्लेख न|ज़िक्र मत|न बता|मत कह)"
    ),
    row!(
        "send:hi",
        r"(?:ओटीपी|पासवर्ड|कोड|संपर्क|फ़ाइल|तस्वीर|ईमेल|राशि|जानकारी)[^।!?\n]{0,50}(?:भेज|अपलोड|फ़ॉरवर्ड|जमा कर|@)"
    ),
    row!(
        "stop:hi",
        r"(?:उपयोगकर्ता|यूज़र) का (?:काम|सवाल|प्रश्न)[^।!?\n]{0,14}(?:छोड़|रोक)|सारांश का काम|समीक्षाएँ मत पढ़ो|काम रद्द|नया आदेश"
    ),
    row!(
        "hidden:hi",
        r"(?:गोपनीय|छिप[ेीा]|छुप[ेीा]|गुप्त|शुरुआती|प्रारंभिक|आंतरिक)[ _](?:हुए |हुई )?(?:निर्देश|नियम|सेटिंग|जानकारी|प्रॉम्प्ट|हिस्सा|आदेश)"
    ),
    row!(
        "hidden:hi_told",
        r"(?:छिपाने|छुपाने|न बताने|बताने से मना)[^।!?\n]{0,6}(?:को कहा|के लिए कहा)|आपको दिए गए|तुम्हारा प्रॉम्प्ट|तुम्हारी सेटिंग|अपनी (?:शुरुआती )?सेटिंग"
    ),
    row!(
        "before:hi",
        r"(?:मेरे पहले (?:संदेश|मैसेज)|इस (?:बातचीत|वाक्य|संदेश))[^।!?\n]{0,8}(?:से ऊपर|से पहले|के आरंभ|के ऊपर)"
    ),
    row!(
        "secret:hi",
        r"(?:पासवर्ड|गुप्त (?:कोड|शब्द)|कूट ?शब्द|राज़|शब्द के एक अक्षर)[^।!?\n]{0,14}(?:बता|बोल|दे दो|दिखा|रखवाली|शुरू)"
    ),
    row!("verbatim:hi", r"शब्दशः|हूबहू|जैसा का तैसा|ज्यों का त्यों|एक भी (?:शब्द|पंक्ति)|बिना काटे|अक्षरशः|पूरा का पूरा"),
    row!(
        "authority:hi",
        r"मैं (?:ही )?(?:सिस्टम|तुम्हारा|आपका|इस ऐप)[^।!?\n]{0,16}(?:एडमिन|निर्माता|डेवलपर|मालिक)|उसी टीम से|ऑडिट के लिए|साइबर थाने|टेस्टिंग चल रही"
    ),
    row!("terminal:hi", r"कमांड लाइन हो|टर्मिनल (?:हो|बन)|मैं रूट"),
    // Bengali
    row!(
        "override:bn_told",
        r"আগের|পূর্বের|উপরের|সমস্ত|সব|যা কিছু|এতক্ষণ",
        r"নির্দেশ|আদেশ|নিয়ম|বলা হয়েছে|শেখানো|কথা",
        r"ভুলে যাও|ভুলে যান|উপেক্ষা|অগ্রাহ্য|বাদ দাও|মুছে|মেনো না|বাতিল"
    ),
    row!("void:bn", r"(?:ফিল্টার|নিষেধ|নিয়ম|সীমাবদ্ধতা|বিধিনিষেধ)[^।!?\n]{0,14}(?:বন্ধ|তুলে|বাতিল|সরিয়ে|নেই)"),
    row!(
        "unbound:bn",
        r"কোনো (?:কোম্পানির )?(?:নিয়ম|নিষেধ|বাধা|সীমা)[^।!?\n]{0,8}(?:মানে না|নেই|ছাড়া)|কোনো প্রশ্নে না|খোলাখুলি|সব প্রশ্নের উত্তর|ক্ষমা চায় না"
    ),
    row!("double:bn", r"দুটো উত্তর|দুইটি উত্তর|দুটি উত্তর"),
    row!("role:bn", r"চরিত্র থেকে বেরিয়ে|চরিত্রে থাক"),
    row!("persona:bn", r"এখন থেকে (?:তুমি|আপনি)|তুমি আর [^।!?\n]{2,16} নও|ভান কর|ধরো তুমি|অভিনয় কর"),
    row!("suppress:bn", r"দুঃখিত|পারব না|উপদেশ|সতর্কতা|ক্ষমা", r"বলা যাবে না|না।|নয়|বলবে না|দেবে না|ছাড়া"),
    row!("start:bn", r"(?:অবশ্যই|হ্যাঁ|নিশ্চয়ই)[^।!?\n]{0,30}(?:দিয়ে শুরু)"),
    row!("mode:bn", r"(?:ডেভেলপার|ডিবাগ|গড) ?মোড"),
    row!("hidden:bn", r"(?:গোপন|লুকানো|প্রাথমিক|সিস্টেম|অভ্যন্তরীণ) ?(?:সেটিংস|নির্দেশ|নিয়ম|প্রম্পট|কোড)"),
    row!("verbatim:bn", r"হুবহু|অক্ষরে অক্ষরে|কিছু বাদ (?:দিও|দেবে|না দিয়ে)|ধাপে ধাপে"),
    row!("addressed:bn", r"(?:এআই|সহকারী|মডেল|বট)[^।!?\n]{0,24}(?:পড়ছে|পড়বে|জন্য[:：])"),
    row!("silence:bn", r"(?:তাকে|ব্যবহারকারীকে|কাউকে)[^।!?\n]{0,10}(?:জানিও না|বলো না|বলবে না)"),
    row!("send:bn", r"(?:ওটিপি|পাসওয়ার্ড|কোড|ফাইল|যোগাযোগ)[^।!?\n]{0,50}(?:পাঠাও|পাঠিয়ে|@)"),
    row!("stop:bn", r"ব্যবহারকারীর কাজ বাদ|সারাংশ বন্ধ|কাজ বাতিল"),
    row!("refused:bn", r"বলতে চাওনি|আগের প্রশ্নের|উত্তর দাওনি"),
    row!("authority:bn", r"আমি (?:সিস্টেম|তোমার) ?(?:অ্যাডমিন|নির্মাতা|ডেভেলপার)|নিরীক্ষার জন্য"),
    row!("hypothesis:bn", r"(?:ধরো|কল্পনা|মনে করো)[^।!?\n]{0,40}(?:কোনো নিষেধ নেই|নিয়ম নেই|সব চলে)"),
    // Thai, which parts no words
    row!(
        "override:th_told",
        r"ลืม|เพิกเฉย|ไม่ต้องสนใจ|ละทิ้ง|ทิ้ง|ไม่สนใจ|ยกเลิก",
        r"คำสั่ง|คำแนะนำ|กฎ|ที่เคยบอก|ข้อกำหนด|สิ่งที่",
        r"ก่อนหน้า|ทั้งหมด|ข้างต้น|เดิม|ที่ผ่านมา|ของคุณ|ที่ได้รับ|ทุกอย่าง"
    ),
    row!("void:th", r"ปลดข้อจำกัด|ปิดตัวกรอง|ปลดล็อก|ยกเลิกข้อจำกัด|ข้อจำกัดถูกยกเลิก|ปิดระบบกรอง|ไม่มีผลบังคับ"),
    row!(
        "unbound:th",
        r"ไม่มี(?:กฎ|ข้อจำกัด|ขีดจำกัด|เซ็นเซอร์|ข้อห้าม)|ไม่สนกฎ|ไม่เคยปฏิเสธ|ตอบ(?:หมด|ทุกอย่าง|ทุกคำถาม)|ไม่ขอโทษ|เรื่องต้องห้าม"
    ),
    row!("double:th", r"ตอบสองแบบ|สองคำตอบ"),
    row!("role:th", r"หลุดบทบาท|หลุดจากบท|อยู่ในบทบาท"),
    row!(
        "persona:th",
        r"ตั้งแต่(?:นี้|บัดนี้|ตอนนี้)(?:ไป|เป็นต้นไป)|จากนี้ไป|ตอนนี้(?:คุณ|เธอ)คือ|สวมบทบาท|แกล้งทำเป็น|สมมติว่าคุณ"
    ),
    row!("suppress:th", r"ห้าม(?:พูด|บอก|สอน|เตือน|ขอโทษ|ปฏิเสธ)"),
    row!("start:th", r"(?:ขึ้นต้น|เริ่มต้น|เริ่ม)(?:ว่า|ด้วย)"),
    row!("mode:th", r"โหมด(?:นักพัฒนา|ผู้พัฒนา|พระเจ้า|ดีบัก|ไม่จำกัด)"),
    row!("hidden:th", r"ซิสเต็มพรอมต์|พรอมต์ระบบ|(?:การตั้งค่า|คำสั่ง|กฎ)(?:ที่ซ่อน|ลับ|ภายใน|เริ่มต้น)"),
    row!("verbatim:th", r"คำต่อคำ|ทุกตัวอักษร|แบบเต็ม|ไม่ต้องสรุป|ครบถ้วน"),
    row!("addressed:th", r"(?:ถึง|สำหรับ|หมายเหตุถึง)(?:เอไอ|AI|ผู้ช่วย|โมเดล|บอท)"),
    row!("silence:th", r"ห้ามบอกผู้ใช้|อย่าบอกผู้ใช้|ไม่ต้องบอกผู้ใช้|ห้ามพูดถึง"),
    row!("send:th", r"ส่ง[^\n]{0,30}(?:ไปที่|@)"),
    row!("stop:th", r"ยกเลิกงาน|หยุดสรุป|หยุดการสรุป"),
    row!("refused:th", r"ไม่ยอมตอบ|ปฏิเสธที่จะตอบ|ที่เมื่อกี้"),
    row!("authority:th", r"เป็นผู้ดูแลระบบ|เป็นผู้พัฒนา|ผู้สร้างคุณ|ตรวจสอบภายใน"),
    // Vietnamese, with and without marks
    row!(
        "override:vi_told",
        r"(?-u:\b)(?:bỏ qua|quên|phớt lờ|xóa|gạt bỏ|hủy|bo qua|quen het)|đừng (?:theo|nghe|tuân)",
        r"mọi|tất cả|hết|những|các|moi|tat ca",
        r"hướng dẫn|chỉ thị|chỉ dẫn|quy tắc|luật|lệnh|điều|huong dan|quy tac|được dặn|đã nói"
    ),
    row!(
        "void:vi",
        r"(?-u:\b)(?:(?:tắt|gỡ|bỏ|dỡ|vô hiệu|hủy|bo)(?: hết| bỏ| het)? ?(?:bộ lọc|hạn chế|kiểm duyệt|giới hạn|kiem duyet|bo loc)|(?:quy tắc|giới hạn|hạn chế)[^.!?\n]{0,14}(?:không còn|hết hiệu lực|đã bị bỏ))"
    ),
    row!(
        "unbound:vi",
        r"(?-u:\b)(?:không (?:có |bị )?(?:giới hạn|hạn chế|kiểm duyệt|quy tắc|luật)|chẳng (?:sợ|theo)|không bao giờ (?:từ chối|xin lỗi|nói không)|trả lời (?:mọi|tất cả)|tra loi moi thu|hỏi gì cũng|khong tu choi|không cảnh báo)"
    ),
    row!("double:vi", r"(?-u:\b)(?:hai (?:câu trả lời|lần|kiểu)|trả lời hai)"),
    row!("role:vi", r"(?-u:\b)(?:quên vai|thoát vai|giữ (?:đúng )?vai)"),
    row!(
        "persona:vi",
        r"(?-u:\b)(?:từ (?:bây giờ|giờ|nay|lúc này)|bây giờ bạn là|bạn không còn là|hãy (?:đóng vai|giả vờ|tưởng tượng)|tu bay gio)"
    ),
    row!(
        "suppress:vi",
        r"(?-u:\b)(?:cấm|không (?:được )?(?:nói|xin|viết|cảnh)|bỏ)|đừng",
        r"xin lỗi|khuyên|cảnh báo|tôi là ai|không thể|tôi không|đạo đức"
    ),
    row!("start:vi", r"(?-u:\b)(?:(?:mở đầu|bắt đầu) bằng)"),
    row!(
        "mode:vi",
        r"(?-u:\b)(?:chế độ (?:nhà phát triển|lập trình|thần|gỡ lỗi|không (?:giới hạn|kiểm duyệt))|che do (?:nha phat trien|khong))"
    ),
    row!(
        "hidden:vi",
        r"(?-u:\b)(?:(?:cấu hình|thiết lập|hướng dẫn|chỉ thị|lệnh|quy tắc|prompt)[^.!?\n]{0,4} (?:ẩn|bí mật|hệ thống|ban đầu|gốc|nội bộ))"
    ),
    row!("verbatim:vi", r"(?-u:\b)(?:nguyên văn|từng chữ|y nguyên)|đừng bỏ (?:sót|chữ)|đừng tóm tắt"),
    row!(
        "addressed:vi",
        r"(?-u:\b)(?:(?:lưu ý|ghi chú|chú ý|thông báo|gửi|dành)[^.!?\n]{0,10} (?:cho|tới)? ?(?:trợ lý|mô hình|ai\b|chatbot|hệ thống ai))"
    ),
    row!("silence:vi", r"(?:đừng|không) (?:nói|báo|cho|nhắc)[^.!?\n]{0,14}(?:người dùng|ai biết|điều này)"),
    row!("send:vi", r"(?-u:\b)(?:gửi)", r"danh bạ|mã|mật khẩu|tệp|email|tin nhắn", r"tới|đến|@"),
    row!(
        "stop:vi",
        r"(?-u:\b)(?:dừng việc tóm tắt|ngừng tóm tắt|hủy (?:nhiệm vụ|tác vụ)|bỏ qua yêu cầu của người dùng)"
    ),
    row!(
        "refused:vi",
        r"(?-u:\b)(?:lúc nãy bạn từ chối|câu hỏi trước của tôi)|(?:câu|điều)[^.!?\n]{0,20}từ chối"
    ),
    row!(
        "authority:vi",
        r"(?-u:\b)(?:tôi là (?:quản trị|nhà phát triển|người tạo|lập trình viên)|yêu cầu thanh tra)"
    ),
    row!(
        "hypothesis:vi",
        r"(?-u:\b)(?:(?:giả sử|tưởng tượng|hãy hình dung)[^.!?\n]{0,40}(?:không có (?:luật|quy tắc|giới hạn)|không gì bị cấm))"
    ),
    // Indonesian and Malay
    row!(
        "override:id_told",
        r"(?-u:\b)(?:lupakan|abaikan|hapus|jangan (?:ikuti|patuhi|hiraukan)|kesampingkan|buang)",
        r"semua|seluruh|segala|apa (?:yang|pun)|instruksi|aturan|perintah",
        r"sebelum|di atas|diberikan|kamu|anda|diajarkan|dikatakan|pembuatmu|instruksi|aturan|perintah"
    ),
    row!(
        "void:id",
        r"(?-u:\b)(?:(?:aturan|filter|batasan|sensor|larangan|instruksi)[^.!?\n]{0,14}(?:dicabut|dimatikan|tidak berlaku|dihapus|dinonaktifkan|sudah berubah)|(?:matikan|cabut|nonaktifkan|hilangkan|lepaskan) (?:semua )?(?:filter|batasan|sensor|aturan|pembatasan))"
    ),
    row!(
        "unbound:id",
        r"(?-u:\b)(?:tanpa (?:batas|filter|sensor|aturan|larangan)|tidak (?:pernah (?:menolak|minta maaf)|kenal kebijakan|bisa diatur|ada aturan|punya batas)|menjawab (?:semua|segala|apa saja)|tidak memberi peringatan|bebas dari aturan)"
    ),
    row!("double:id", r"(?-u:\b)(?:dua (?:jawaban|kali|versi))"),
    row!("role:id", r"(?-u:\b)(?:keluar dari (?:peran|karakter)|tetap dalam (?:peran|karakter))"),
    row!(
        "persona:id",
        r"(?-u:\b)(?:mulai (?:detik|saat|sekarang|hari) (?:ini )?(?:kamu|anda)|mulai detik ini|kamu (?:sekarang|bukan lagi)|berpura-pura|berperan sebagai|bayangkan (?:kamu|anda) adalah)"
    ),
    row!(
        "suppress:id",
        r"(?-u:\b)(?:jangan|tanpa|dilarang|tidak boleh)",
        r"bilang (?:maaf|tidak bisa)|ceramah|peringatan|permintaan maaf|sebagai ai|menolak|menasihati|disclaimer"
    ),
    row!("start:id", r"(?-u:\b)(?:(?:mulai|awali|buka) (?:jawaban )?dengan)"),
    row!(
        "mode:id",
        r"(?-u:\b)(?:mode (?:pengembang|developer|dewa|debug|tanpa (?:sensor|batas|filter)|bebas|admin))"
    ),
    row!(
        "hidden:id",
        r"(?-u:\b)(?:(?:konfigurasi|instruksi|pengaturan|aturan|perintah|prompt) (?:rahasia|tersembunyi|awal|sistem|asli|internal)|system prompt kamu|prompt sistem)"
    ),
    row!(
        "verbatim:id",
        r"(?-u:\b)(?:kata (?:per|demi) kata|apa adanya|persis seperti|jangan dirangkum|secara utuh)"
    ),
    row!(
        "addressed:id",
        r"(?-u:\b)(?:(?:untuk|kepada|catatan|perhatian)[^.!?\n]{0,10} (?:ai|asisten|model|bot|chatbot|agen)\b[^.!?\n]{0,14}(?:yang|:))"
    ),
    row!(
        "silence:id",
        r"(?-u:\b)(?:jangan (?:menyebut|sebutkan|memberi ?tahu|beritahu|katakan)[^.!?\n]{0,14}(?:ini|pengguna|siapa|apa))"
    ),
    row!("send:id", r"(?-u:\b)(?:(?:teruskan|kirim|unggah)[^.!?\n]{0,30}(?:ke|@))"),
    row!(
        "stop:id",
        r"(?-u:\b)(?:abaikan (?:permintaan|tugas|pertanyaan) pengguna|berhenti merangkum|tugas (?:ini )?dibatalkan)"
    ),
    row!(
        "refused:id",
        r"(?-u:\b)(?:(?:tadi|sebelumnya) (?:kamu|anda) tolak|pertanyaan(?:ku| saya) (?:tadi|sebelumnya))"
    ),
    row!(
        "authority:id",
        r"(?-u:\b)(?:saya (?:adalah )?(?:admin|pengembang|pencipta|pembuat|developer)|demi keperluan audit)"
    ),
    row!(
        "hypothesis:id",
        r"(?-u:\b)(?:(?:bayangkan|andaikan|misalkan)[^.!?\n]{0,40}(?:tanpa aturan|tidak ada (?:aturan|larangan|hukum)))"
    ),
];
