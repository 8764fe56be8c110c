using System.Security.Cryptography;
using System.Text;

namespace RecoveryOS.Core.Messaging.Signatures;

internal enum BodyHashState
{
    Absent,
    Right,
    Wrong,
}

/// <summary>
/// <c>bodySHA256</c> in the query, the SHA-256 of the body's bytes in lower-case hex. It is all that ties a JSON body
/// to the signature. Twilio's class is not asked: it takes the body as text, and throws on the name without an equals
/// sign.
/// </summary>
internal static class BodyHash
{
    private const string Prefix = "bodySHA256=";

    public static BodyHashState Check(string target, ReadOnlySpan<byte> body)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? target[(mark + 1)..] : "";
        var hashes = query.Split('&')
            .Where(pair => pair.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(pair => pair[Prefix.Length..])
            .ToList();
        var actual = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body)));

        return hashes switch
        {
            [] or [""] => BodyHashState.Absent,
            [var hash] => CryptographicOperations.FixedTimeEquals(actual, Encoding.UTF8.GetBytes(hash))
                ? BodyHashState.Right
                : BodyHashState.Wrong,
            _ => BodyHashState.Wrong,
        };
    }
}
