namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>The header's shape: once, and the base64 text of an HMAC-SHA1.</summary>
internal static class SignatureText
{
    public const string Header = "X-Twilio-Signature";

    private const int Length = 28;
    private const int HashLength = 20;

    /// <summary>What is wrong with it before anything is computed; null when nothing is.</summary>
    public static Refusal? Check(IReadOnlyList<string> values) => values switch
    {
        [] => Refusal.NoSignature,
        [var blank] when string.IsNullOrWhiteSpace(blank) => Refusal.BlankSignature,
        [var several] when several.Contains(',', StringComparison.Ordinal) => Refusal.SeveralSignatures,
        [var text] => IsBase64(text) ? null : Refusal.NotBase64,
        _ => Refusal.SeveralSignatures,
    };

    // The decoder skips white space and takes any length, so both are settled by the text's own length.
    private static bool IsBase64(string text)
    {
        Span<byte> hash = stackalloc byte[Length];
        return text.Length == Length
            && Convert.TryFromBase64String(text, hash, out var written)
            && written == HashLength;
    }
}
