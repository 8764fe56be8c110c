using System.Security.Cryptography;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>The settings of a service that starts.</summary>
internal static class Settings
{
    public const string KeysUrl = "Jwt__KeysUrl";
    public const string SpoolFolder = "Spool__Folder";
    public const string Issuer = "https://recoveryos.local";
    public const string Audience = "recoveryos";
    public const string TwilioAccount = "AC0123456789abcdef0123456789abcdef";
    public const string TwilioToken = "0123456789abcdef0123456789abcdef";
    public const string TwilioNumber = "+15550100100";

    public static Dictionary<string, string> Create(Uri address, string databaseUrl, string keysFile) => new()
    {
        ["ASPNETCORE_URLS"] = address.ToString(),
        ["PublicBaseUrls__0"] = address.ToString(),
        ["Database__Url"] = databaseUrl,
        [KeysUrl] = keysFile,
        ["Jwt__Issuer"] = Issuer,
        ["Jwt__Audience"] = Audience,
        ["Encryption__ActiveKeyId"] = "k1",
        ["Encryption__Keys__k1"] = NewKey(),
        ["Encryption__LookupKey"] = NewKey(),
        ["Twilio__AccountSid"] = TwilioAccount,
        ["Twilio__AuthToken"] = TwilioToken,
        ["Twilio__Numbers__0"] = TwilioNumber,
        // Nobody listens there: no text of a test may reach Twilio.
        ["Twilio__ApiBaseUrl"] = "http://127.0.0.1:9",
        [SpoolFolder] = Path.Combine(Path.GetTempPath(), $"recoveryos-spool-{Guid.NewGuid():N}"),
    };

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
