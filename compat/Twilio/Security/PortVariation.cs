namespace Twilio.Security;

/// <summary>The same URL with its port taken away, or with the default one added: Twilio has signed either.</summary>
internal static class PortVariation
{
    public static string Of(string url)
    {
        var uri = new Uri(url);
        var builder = new UriBuilder(uri)
        {
            Port = uri.GetComponents(UriComponents.Port, UriFormat.UriEscaped) == "" ? uri.Port : -1,
        };

        // The builder writes host and scheme in lower case; the signature was made over the caller's own.
        return builder.ToString()
            .Replace(builder.Host, AsIn(url, builder.Host), StringComparison.Ordinal)
            .Replace(builder.Scheme, AsIn(url, builder.Scheme), StringComparison.Ordinal);
    }

    private static string AsIn(string url, string part) =>
        url.Substring(url.IndexOf(part, StringComparison.OrdinalIgnoreCase), part.Length);
}
