namespace Twilio.Exceptions;

/// <summary>Twilio answered with an error.</summary>
public class ApiException : TwilioException
{
    public ApiException(string message)
        : base(message)
    {
    }

    public ApiException(string message, Exception exception)
        : base(message, exception)
    {
    }

    public ApiException(
        int code, int status, string message, string moreInfo,
        Dictionary<string, object> details = null, Exception exception = null)
        : base(message, exception) => (Code, Status, MoreInfo, Details) = (code, status, moreInfo, details);

    /// <summary>Twilio's error code; 0 where the answer was not Twilio's JSON.</summary>
    public int Code { get; }

    /// <summary>The HTTP status; 0 where the answer was not Twilio's JSON.</summary>
    public int Status { get; }

    public string MoreInfo { get; }

    public Dictionary<string, object> Details { get; }
}
