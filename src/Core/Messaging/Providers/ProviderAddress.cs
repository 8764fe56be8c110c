namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>Where a provider's API is. Credentials and numbers go there, so it is https, or this machine.</summary>
internal static class ProviderAddress
{
    public static bool IsAllowed(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { PathAndQuery: "/", UserInfo: "" }
        && (address.Scheme == Uri.UriSchemeHttps || IsLocal(address));

    /// <summary>Plain HTTP to this machine: a simulator, which needs no credentials.</summary>
    public static bool IsLocal(Uri address) => address.Scheme == Uri.UriSchemeHttp && address.IsLoopback;

    public static string Requirement(string setting) =>
        $"{setting} must be an https:// URL with no path, or an http:// one to this machine";
}
