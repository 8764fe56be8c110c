using Twilio.Base;
using Twilio.Clients;
using Twilio.Types;

namespace Twilio.Rest.Api.V2010.Account;

/// <summary>A message to send.</summary>
public class CreateMessageOptions(PhoneNumber to) : IOptions<MessageResource>
{
    /// <summary>The client's account where null.</summary>
    public string PathAccountSid { get; set; }

    public PhoneNumber To { get; } = to;

    public PhoneNumber From { get; set; }

    public string MessagingServiceSid { get; set; }

    /// <summary>At most 1,600 characters.</summary>
    public string Body { get; set; }

    public Uri StatusCallback { get; set; }

    /// <summary>Seconds, 1–36000.</summary>
    public int? ValidityPeriod { get; set; }

    public bool? SmartEncoded { get; set; }

    public bool? ProvideFeedback { get; set; }

    public List<KeyValuePair<string, string>> GetParams() => Parameters.Given(
        ("To", To),
        ("From", From),
        ("MessagingServiceSid", MessagingServiceSid),
        ("Body", Body),
        ("StatusCallback", StatusCallback?.AbsoluteUri),
        ("ProvideFeedback", ProvideFeedback),
        ("ValidityPeriod", ValidityPeriod),
        ("SmartEncoded", SmartEncoded));
}
