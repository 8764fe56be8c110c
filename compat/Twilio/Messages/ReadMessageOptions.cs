using Twilio.Base;
using Twilio.Clients;
using Twilio.Types;

namespace Twilio.Rest.Api.V2010.Account;

/// <summary>Which messages to list; times are UTC.</summary>
public class ReadMessageOptions : ReadOptions<MessageResource>
{
    /// <summary>The client's account where null.</summary>
    public string PathAccountSid { get; set; }

    public PhoneNumber To { get; set; }

    public PhoneNumber From { get; set; }

    public DateTime? DateSentBefore { get; set; }

    /// <summary>Where it is set, the other two are not sent.</summary>
    public DateTime? DateSent { get; set; }

    public DateTime? DateSentAfter { get; set; }

    public override List<KeyValuePair<string, string>> GetParams() => Parameters.Given(
        ("To", To),
        ("From", From),
        ("DateSent", DateSent),
        ("DateSent<", DateSent is null ? DateSentBefore : null),
        ("DateSent>", DateSent is null ? DateSentAfter : null),
        ("PageSize", PageSize));
}
