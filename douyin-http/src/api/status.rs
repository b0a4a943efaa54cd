//! The table of everything that an answer's `status_code` can be, with its text in both languages.

use axum::http::StatusCode;
use serde::Serialize;

use super::language::Language;

macro_rules! statuses {
    ($($kind:ident { $($name:ident = $code:literal, $http:ident, $english:literal, $chinese:literal;)+ })+) => {
        /// What a request came to. The numbers are stable: clients may compare them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Status {
            $($(#[doc = concat!("`", $code, "`: ", $english)] $name = $code,)+)+
        }

        impl Status {
            /// Every status, by its number.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// What kind of thing happened.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self {
                    $($(Self::$name => Kind::$kind,)+)+
                }
            }

            /// The status of the HTTP answer that carries it.
            #[must_use]
            pub const fn http(self) -> StatusCode {
                match self {
                    $($(Self::$name => StatusCode::$http,)+)+
                }
            }

            /// What people are told; `{words}` in braces are filled in.
            #[must_use]
            pub const fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $($((Self::$name, Language::English) => $english,
                    (Self::$name, Language::Chinese) => $chinese,)+)+
                }
            }
        }
    };
}

statuses! {
    Success {
        // No client shows it, and some compare it: it is the same word in every language.
        Success = 0, OK, "success", "success";
    }
    BadParameter {
        MalformedRequest = 1001, OK, "The request could not be read.", "无法识别的请求";
        MissingParameter = 1002, OK, "{name} is missing.", "缺少 {name}";
        InvalidParameter = 1003, OK, "{name} is not valid.", "{name} 无效";
        UsernameLength = 1004, OK, "A user name has {min} to {max} characters.", "用户名须为 {min} 到 {max} 个字符";
        PasswordLength = 1005, OK, "A password has {min} to {max} characters.", "密码须为 {min} 到 {max} 个字符";
        TitleLength = 1006, OK, "A title has at most {max} characters.", "标题最多 {max} 个字符";
        CommentLength = 1007, OK, "A comment has {min} to {max} characters.", "评论须为 {min} 到 {max} 个字符";
        MessageLength = 1008, OK, "A message has {min} to {max} characters.", "消息须为 {min} 到 {max} 个字符";
        SignatureLength = 1009, OK, "A signature has at most {max} characters.", "个性签名最多 {max} 个字符";
        ControlCharacter = 1010, OK, "The text contains a character that is not allowed.", "内容包含不允许的字符";
        SelfFollow = 1011, OK, "You cannot follow yourself.", "不能关注自己";
        SelfMessage = 1012, OK, "You cannot send a message to yourself.", "不能给自己发消息";
        BodyTooLarge = 1013, PAYLOAD_TOO_LARGE, "The request is too large.", "请求内容过大";
        BodyTooSlow = 1014, REQUEST_TIMEOUT, "The request took too long to arrive.", "请求超时";
        WrongMediaType = 1015, UNSUPPORTED_MEDIA_TYPE, "Please send this as {type}.", "请以 {type} 类型发送";
        WrongTusVersion = 1016, PRECONDITION_FAILED, "Please use version 1.0.0 of the tus protocol.", "请使用 tus 协议 1.0.0 版本";
    }
    NotSignedIn {
        NotSignedIn = 2001, OK, "Please sign in first.", "请先登录";
        SessionEnded = 2002, OK, "Your session has ended. Please sign in again.", "登录已失效，请重新登录";
        WrongCredentials = 2003, OK, "Wrong user name or password.", "用户名或密码错误";
        WrongPassword = 2004, OK, "The old password is wrong.", "原密码错误";
    }
    NotAllowed {
        NotYourComment = 3001, OK, "You can only delete your own comments and those below your videos.", "只能删除自己的评论或自己视频下的评论";
        NotFriends = 3002, OK, "You can only send messages to friends.", "只能给好友发消息";
        MethodNotAllowed = 3003, METHOD_NOT_ALLOWED, "This address does not answer such requests.", "不支持该请求方法";
        NotYourVideo = 3004, OK, "You can only delete your own videos.", "只能删除自己的视频";
    }
    NotFound {
        UserNotFound = 4001, OK, "This user does not exist.", "用户不存在";
        VideoNotFound = 4002, OK, "This video does not exist.", "视频不存在";
        CommentNotFound = 4003, OK, "This comment does not exist.", "评论不存在";
        PathNotFound = 4004, NOT_FOUND, "There is nothing at this address.", "该地址不存在";
        UploadNotFound = 4005, OK, "This upload does not exist any more. Please begin again.", "该上传任务已不存在，请重新上传";
    }
    Conflict {
        NameTaken = 5001, OK, "This user name is taken.", "用户名已被使用";
        WrongOffset = 5002, CONFLICT, "The upload goes on at byte {offset}.", "上传应从第 {offset} 字节继续";
        UploadInUse = 5003, LOCKED, "This upload is being worked on by another request. Please try again in a moment.", "该上传任务正在处理中，请稍后再试";
    }
    MediaRefused {
        NotMultipart = 6001, OK, "Please upload the file as a form (multipart/form-data).", "请使用 multipart/form-data 上传文件";
        FileMissing = 6002, OK, "Please choose a video.", "请选择视频";
        FileEmpty = 6003, OK, "The video is empty.", "视频文件为空";
        TooManyFiles = 6004, OK, "Please upload one file at a time.", "一次只能上传一个文件";
        UploadCut = 6005, OK, "The upload did not arrive completely. Please try again.", "上传不完整，请重试";
        NotAVideo = 6006, OK, "This file is not a video that can be played.", "该文件不是可播放的视频";
        FileTooLarge = 6007, PAYLOAD_TOO_LARGE, "The video is too large: at most {max} MB.", "视频过大，最大 {max} MB";
        TooManyParts = 6008, OK, "The form has too many parts.", "表单字段过多";
        UploadIncomplete = 6009, OK, "The upload is not complete yet.", "上传尚未完成";
        BeyondLength = 6010, PAYLOAD_TOO_LARGE, "The upload has more bytes than were announced.", "上传内容超出声明的大小";
        OverQuota = 6011, OK, "There is no room left for this video. Please delete some of yours first.", "存储空间不足，请先删除部分视频";
        PictureMissing = 6012, OK, "Please choose a picture.", "请选择图片";
        NotAPicture = 6013, OK, "This file is not a picture that can be shown.", "该文件不是可显示的图片";
        PictureTooLarge = 6014, PAYLOAD_TOO_LARGE, "The picture is too large: at most {max} MB.", "图片过大，最大 {max} MB";
        VideoTooLong = 6015, OK, "The video is too long.", "视频时长超出限制";
        FrameTooLarge = 6016, OK, "The picture of the video is too large: please use a lower resolution.", "视频分辨率过高，请降低分辨率";
        NotEverywhere = 6017, OK, "Not every device plays this video. Please upload an MP4 with H.264 video and AAC sound.", "部分设备无法播放该视频，请上传 H.264 视频加 AAC 音频的 MP4 文件";
    }
    TooManyRequests {
        TooManyLogins = 7001, TOO_MANY_REQUESTS, "Too many failed attempts to sign in. Please try again later.", "登录失败次数过多，请稍后再试";
        TooManyRegistrations = 7002, TOO_MANY_REQUESTS, "Too many registrations. Please try again later.", "注册过于频繁，请稍后再试";
        TooManyRequests = 7003, TOO_MANY_REQUESTS, "That was too much at once. Please try again in a moment.", "操作过于频繁，请稍后再试";
        TooManyUploads = 7004, TOO_MANY_REQUESTS, "Too many uploads are not finished yet. Please finish one of them first.", "未完成的上传过多，请先完成其中一个";
    }
    Unavailable {
        Busy = 8001, SERVICE_UNAVAILABLE, "The service is busy. Please try again in a moment.", "服务繁忙，请稍后再试";
        Unavailable = 8002, SERVICE_UNAVAILABLE, "The service is not available right now. Please try again later.", "服务暂不可用，请稍后再试";
        TookTooLong = 8003, SERVICE_UNAVAILABLE, "This took too long. Please try again later.", "请求处理超时，请稍后再试";
        UploadsFull = 8004, SERVICE_UNAVAILABLE, "Too many uploads are waiting to be finished. Please try again in a few minutes.", "当前未完成的上传任务过多，请几分钟后再试";
    }
    Internal {
        Internal = 9001, OK, "Something went wrong. Please try again later.", "服务器内部错误，请稍后再试";
    }
}

/// The kinds of statuses; their numbers are grouped by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 0: it was done.
    Success,
    /// 1xxx: the request itself is wrong.
    BadParameter,
    /// 2xxx: nobody is signed in, or not with this.
    NotSignedIn,
    /// 3xxx: not for this user.
    NotAllowed,
    /// 4xxx: what it speaks of does not exist.
    NotFound,
    /// 5xxx: it contradicts what is there.
    Conflict,
    /// 6xxx: the uploaded file was not taken.
    MediaRefused,
    /// 7xxx: too often.
    TooManyRequests,
    /// 8xxx: not now; trying again later helps.
    Unavailable,
    /// 9xxx: a fault of the service.
    Internal,
}

impl Status {
    /// Whether it is the service's fault, and not the caller's.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        matches!(self.kind(), Kind::Unavailable | Kind::Internal)
    }

    /// The value of `status_code`.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32
    }
}

impl Serialize for Status {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_grouped_by_kind() {
        for status in Status::ALL {
            assert_eq!(status.code() / 1000, status.kind() as u32, "{status:?}");
        }
    }

    #[test]
    fn codes_are_unique_and_listed_in_order() {
        assert!(
            Status::ALL
                .windows(2)
                .all(|pair| pair[0].code() < pair[1].code())
        );
    }

    #[test]
    fn both_texts_have_the_same_places_to_fill_in() {
        let places = |text: &str| {
            let mut places: Vec<String> = text
                .split('{')
                .skip(1)
                .map(|rest| rest.split('}').next().unwrap().to_owned())
                .collect();
            places.sort();
            places
        };
        for status in Status::ALL {
            let (english, chinese) = (
                status.text(Language::English),
                status.text(Language::Chinese),
            );
            if !matches!(status, Status::Success) {
                assert!(english.ends_with('.'), "{english}");
                assert!(!chinese.is_ascii(), "{chinese}");
            }
            assert_eq!(places(english), places(chinese), "{status:?}");
        }
    }

    #[test]
    fn only_what_the_transport_decides_has_another_http_status_than_200() {
        let others: Vec<u16> = Status::ALL
            .iter()
            .map(|status| status.http().as_u16())
            .filter(|http| *http != 200)
            .collect();
        let expected = [
            413, 408, 415, 412, 405, 404, 409, 423, 413, 413, 413, 429, 429, 429, 429, 503, 503,
            503, 503,
        ];
        assert_eq!(others, expected);
    }
}
