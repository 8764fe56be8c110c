using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>Section <c>Twilio</c>. Without a token there are no texts, and everything else works.</summary>
public sealed class TwilioOptions
{
    public const string Section = "Twilio";

    /// <summary>The account that owns our numbers.</summary>
    [RegularExpression("AC[0-9a-fA-F]{32}", ErrorMessage = "Twilio:AccountSid must be AC and 32 hex digits")]
    public string? AccountSid { get; init; }

    /// <summary>The account's auth token, which webhooks are signed with. An API key cannot verify them.</summary>
    [RegularExpression(@"\S+", ErrorMessage = "Twilio:AuthToken must not hold spaces")]
    public string? AuthToken { get; init; }

    /// <summary>The other token during a rotation: the next one before it is promoted, the former one after.</summary>
    [RegularExpression(@"\S+", ErrorMessage = "Twilio:SecondaryAuthToken must not hold spaces")]
    public string? SecondaryAuthToken { get; init; }

    /// <summary>A restricted API key to send with, so that the token only signs. Without one the token sends.</summary>
    [RegularExpression("SK[0-9a-fA-F]{32}", ErrorMessage = "Twilio:ApiKeySid must be SK and 32 hex digits")]
    public string? ApiKeySid { get; init; }

    [RegularExpression(@"\S+", ErrorMessage = "Twilio:ApiKeySecret must not hold spaces")]
    public string? ApiKeySecret { get; init; }

    /// <summary>Where the API is, instead of Twilio's own host: a simulator.</summary>
    public string? ApiBaseUrl { get; init; }

    [RegularExpression("MG[0-9a-fA-F]{32}", ErrorMessage = "Twilio:MessagingServiceSid must be MG and 32 hex digits")]
    public string? MessagingServiceSid { get; init; }

    /// <summary>Our own numbers: E.164, or short codes. Blank entries do not count.</summary>
    public IReadOnlyList<string> Numbers { get; init; } = [];

    /// <summary>Networks in CIDR form that webhooks may come from; none: any. Blank entries do not count.</summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    /// <summary>The header in which a trusted proxy writes the client's address, and no client can.</summary>
    public string? ClientAddressHeader { get; init; }

    /// <summary>Whether webhooks can be verified.</summary>
    public bool IsConfigured => !string.IsNullOrEmpty(AuthToken) && !string.IsNullOrEmpty(AccountSid);

    /// <summary>Whether texts can be sent: an account, what proves that it is ours, and a sender.</summary>
    public bool CanSend =>
        !string.IsNullOrEmpty(AccountSid)
        && (HasApiKey || !string.IsNullOrEmpty(AuthToken))
        && (!string.IsNullOrEmpty(MessagingServiceSid) || OwnNumbers.Count > 0);

    internal bool HasApiKey => !string.IsNullOrEmpty(ApiKeySid) && !string.IsNullOrEmpty(ApiKeySecret);

    /// <summary>Primary, then secondary.</summary>
    internal IReadOnlyList<string> Tokens =>
        [.. new[] { AuthToken, SecondaryAuthToken }.OfType<string>().Where(token => token != "").Distinct()];

    internal IReadOnlyList<string> OwnNumbers => [.. Numbers.Where(number => number != "")];

    internal IReadOnlyList<string> Networks => [.. AllowedNetworks.Where(network => network != "")];
}

[OptionsValidator]
internal sealed partial class TwilioOptionsValidator : IValidateOptions<TwilioOptions>;
