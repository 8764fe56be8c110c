using Twilio.Base;

namespace Twilio.Rest.Api.V2010.Account;

/// <summary>Which message to fetch.</summary>
public class FetchMessageOptions(string pathSid) : IOptions<MessageResource>
{
    /// <summary>The client's account where null.</summary>
    public string PathAccountSid { get; set; }

    public string PathSid { get; } = pathSid;

    public List<KeyValuePair<string, string>> GetParams() => [];
}
