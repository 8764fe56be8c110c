using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>
/// An address at which the service is reached from outside: scheme, host, port, and a path where ingress takes one
/// away.
/// </summary>
public sealed class PublicBaseUrl
{
    private static readonly string[] Schemes = ["https://", "http://"];

    private PublicBaseUrl(string text, Uri uri)
    {
        Text = text;
        Spellings = [text, OtherPort(text, uri)];
        IsCanonical = uri.AbsoluteUri == uri.OriginalString;
    }

    /// <summary>As configured, but with no slash at its end and no fragment, which is never sent nor signed.</summary>
    public string Text { get; }

    /// <summary>Itself, then with its port taken away or the default one added: Twilio has signed either.</summary>
    internal IReadOnlyList<string> Spellings { get; }

    /// <summary>Whether .NET would write it in the same way.</summary>
    internal bool IsCanonical { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out PublicBaseUrl? url)
    {
        var typed = text.Split('#')[0].TrimEnd('/');
        var valid = !typed.AsSpan().ContainsAnyExceptInRange('!', '~')
            && typed.AsSpan().IndexOfAny("?@\\") < 0
            && Schemes.Any(scheme => typed.StartsWith(scheme, StringComparison.Ordinal))
            && !AuthorityOf(typed).EndsWith(':');
        url = valid && Uri.TryCreate($"{typed}/", UriKind.Absolute, out var uri) ? new(typed, uri) : null;
        return url is not null;
    }

    public override string ToString() => Text;

    private static string OtherPort(string text, Uri uri)
    {
        var authority = AuthorityOf(text);
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > authority.LastIndexOf(']');
        var start = uri.Scheme.Length + "://".Length;
        var host = text[..(start + (hasPort ? colon : authority.Length))];
        var path = text[(start + authority.Length)..];
        return hasPort ? host + path : string.Create(CultureInfo.InvariantCulture, $"{host}:{uri.Port}{path}");
    }

    private static string AuthorityOf(string url) =>
        url[(url.IndexOf("://", StringComparison.Ordinal) + "://".Length)..].Split('/')[0];
}
