using Microsoft.AspNetCore.Http;

namespace RecoveryOS.Functions.Http;

/// <summary>The header <c>Idempotency-Key</c>: 1–128 visible ASCII characters, or none.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const string Rule = "must be 1 to 128 visible ASCII characters, once";

    /// <summary>False when the header is there and wrong.</summary>
    public static bool TryRead(HttpRequest request, out string? key)
    {
        var values = request.Headers[Header];
        key = values.Count == 0 ? null : values[0];
        return values.Count == 0
            || (values.Count == 1
                && key is { Length: >= 1 and <= 128 }
                && !key.AsSpan().ContainsAnyExceptInRange('!', '~'));
    }
}
