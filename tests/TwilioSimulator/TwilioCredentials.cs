using System.Net.Http.Headers;
using System.Text;

namespace RecoveryOS.Simulators;

/// <summary>Who may use the simulated account; its token signs callbacks.</summary>
public sealed record TwilioCredentials(
    string AccountSid, string AuthToken, string? ApiKeySid = null, string? ApiKeySecret = null)
{
    internal bool Allow(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || header.Scheme != "Basic")
        {
            return false;
        }

        return header.Parameter == Encode($"{AccountSid}:{AuthToken}")
            || (ApiKeySid is not null && header.Parameter == Encode($"{ApiKeySid}:{ApiKeySecret}"));
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
