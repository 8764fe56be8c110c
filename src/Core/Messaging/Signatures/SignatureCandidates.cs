using System.Security.Cryptography;
using System.Text;
using Twilio.Security;

namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>
/// Every signature that a request may rightly have: tokens × base URLs × ports × forms. All are made and compared,
/// whichever match, so a refusal takes as long as any other.
/// </summary>
/// <remarks>
/// Twilio's <see cref="RequestValidator"/> judges what it is right about: URLs that .NET does not rewrite, and forms in
/// which no name repeats. It compares in constant time, and only a true signature spares it the second port. The rest
/// is judged here, because it rewrites URLs (<c>/a/../b</c>, and a host's case), and knows one of the three forms of a
/// repeated name. It throws on an empty signature, which must not come here, and keeps state while it computes, so each
/// judgement has its own.
/// </remarks>
internal sealed class SignatureCandidates(IReadOnlyList<string> tokens, IReadOnlyList<PublicBaseUrl> urls)
{
    /// <summary>Which token and URL made the signature; null when none did.</summary>
    /// <param name="target">Visible ASCII that starts with a slash.</param>
    /// <param name="fields">The form; none for JSON, whose signature covers the URL only.</param>
    public SignatureMatch? Find(string target, FormFields fields, string signature)
    {
        var forms = SignedForms.Of(fields);
        var isPlain = !fields.HasRepeats && IsCanonical(target);
        SignatureMatch? found = null;
        foreach (var (ordinal, token) in tokens.Index())
        {
            foreach (var url in urls)
            {
                var isSigned = isPlain && url.IsCanonical
                    ? IsSignedPlainly(token, url.Text + target, fields, signature)
                    : IsSigned(token, url.Spellings, target, forms, signature);
                found = isSigned && found is null ? new(ordinal, url) : found;
            }
        }

        return found;
    }

    private static bool IsSignedPlainly(string token, string url, FormFields fields, string signature) =>
        new RequestValidator(token).Validate(
            url, fields.All.ToDictionary(field => field.Name, field => field.Value), signature);

    private static bool IsSigned(
        string token, IReadOnlyList<string> spellings, string target, IReadOnlyList<string> forms, string signature)
    {
        var key = Encoding.UTF8.GetBytes(token);
        var actual = Encoding.UTF8.GetBytes(signature);
        var isSigned = false;
        foreach (var spelling in spellings)
        {
            foreach (var form in forms)
            {
                var text = Encoding.UTF8.GetBytes($"{spelling}{target}{form}");
                var hash = CryptographicOperations.HmacData(HashAlgorithmName.SHA1, key, text);
                var expected = Encoding.ASCII.GetBytes(Convert.ToBase64String(hash));
                isSigned |= CryptographicOperations.FixedTimeEquals(expected, actual);
            }
        }

        return isSigned;
    }

    private static bool IsCanonical(string target) =>
        Uri.TryCreate($"https://host{target}", UriKind.Absolute, out var uri) && uri.PathAndQuery == target;
}

internal sealed record SignatureMatch(int TokenOrdinal, PublicBaseUrl Url);
