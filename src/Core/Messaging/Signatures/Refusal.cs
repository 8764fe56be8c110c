namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>Why a webhook is refused. For logs and metrics: the answer is the same for all of them.</summary>
public enum Refusal
{
    /// <summary>Texts are not set up here, so nothing can be verified.</summary>
    NoToken,

    /// <summary>Anything but POST: Twilio keeps the URLs of its GETs, and the text would be in them.</summary>
    WrongMethod,
    AddressNotAllowed,
    NoSignature,
    BlankSignature,
    SeveralSignatures,

    /// <summary>Not the base64 text of an HMAC-SHA1.</summary>
    NotBase64,
    BodyTooLarge,
    UnsupportedContentType,

    /// <summary>The target or the body is not what its content type says.</summary>
    BadEncoding,

    /// <summary>JSON without <c>bodySHA256</c> in the query: the signature would not cover the body.</summary>
    MissingBodyHash,
    WrongSignature,
    WrongBodyHash,
    NotOurAccount,
    NotOurNumber,
}
