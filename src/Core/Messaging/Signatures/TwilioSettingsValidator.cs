using Microsoft.Extensions.Options;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>What annotations cannot say: which settings need which, and that lists hold what they should.</summary>
internal sealed class TwilioSettingsValidator(IOptions<PublicBaseUrls> urls) : IValidateOptions<TwilioOptions>
{
    public ValidateOptionsResult Validate(string? name, TwilioOptions options)
    {
        List<string> failures = [.. Missing(options), .. Wrong(options)];
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private IEnumerable<string> Missing(TwilioOptions options)
    {
        var hasToken = !string.IsNullOrEmpty(options.AuthToken);
        if (!hasToken && !string.IsNullOrEmpty(options.SecondaryAuthToken))
        {
            yield return "Twilio:AuthToken is missing";
        }

        if (hasToken && string.IsNullOrEmpty(options.AccountSid))
        {
            yield return "Twilio:AccountSid is missing";
        }

        if (string.IsNullOrEmpty(options.ApiKeySid) != string.IsNullOrEmpty(options.ApiKeySecret))
        {
            yield return "Twilio:ApiKeySid and Twilio:ApiKeySecret go together: one of them is missing";
        }

        if (options.HasApiKey && !hasToken && string.IsNullOrEmpty(options.AccountSid))
        {
            yield return "Twilio:AccountSid is missing";
        }

        if (hasToken && urls.Value.Texts.Count == 0)
        {
            yield return "PublicBaseUrls is missing";
        }

        if (options.Networks.Count > 0 && string.IsNullOrWhiteSpace(options.ClientAddressHeader))
        {
            yield return "Twilio:ClientAddressHeader is missing";
        }
    }

    private static IEnumerable<string> Wrong(TwilioOptions options) =>
    [
        .. Entries(options.Numbers, IsNumber)
            .Select(index => $"Twilio:Numbers:{index} must be a number such as +15555550100, or a short code"),
        .. Entries(options.AllowedNetworks, text => ClientNetworks.TryParse(text, out _))
            .Select(index => $"Twilio:AllowedNetworks:{index} must be a network such as 192.0.2.0/24"),
        .. string.IsNullOrEmpty(options.ApiBaseUrl) || ProviderAddress.IsAllowed(options.ApiBaseUrl)
            ? Enumerable.Empty<string>()
            : [ProviderAddress.Requirement("Twilio:ApiBaseUrl")],
    ];

    private static IEnumerable<int> Entries(IReadOnlyList<string> list, Func<string, bool> isValid) =>
        list.Index().Where(entry => entry.Item != "" && !isValid(entry.Item)).Select(entry => entry.Index);

    private static bool IsNumber(string text) =>
        PhoneNumber.TryParse(text, out _)
        || (text.Length is 5 or 6 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'));
}
