using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace RecoveryOS.Core.Identity;

/// <summary>
/// The issuer's public keys (JWKS, RFC 7517), by URL or from a file. They are read on first use, again after an hour,
/// and at most once a minute for a key id that is not among them, so that bad tokens cannot make us hammer the issuer.
/// </summary>
public sealed class SigningKeys(
    IHttpClientFactory clients, IOptions<JwtOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>The name of the <see cref="HttpClient"/> in use.</summary>
    public const string HttpClientName = "jwks";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan UnknownKeyPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim reading = new(1);
    private KeySet? current;

    /// <summary>Changes whenever the keys were read anew.</summary>
    public object? Generation => current is { } keys && time.GetUtcNow() - keys.ReadAt < Lifetime ? keys : null;

    /// <summary>
    /// The keys that a token with this <c>kid</c> may be signed with; all of them for a token without one.
    /// </summary>
    /// <exception cref="KeysUnavailableException">The keys cannot be read and none are known.</exception>
    public async Task<IReadOnlyList<SecurityKey>> FindAsync(string? keyId, CancellationToken cancellationToken)
    {
        var keys = current;
        if (keys is null || time.GetUtcNow() - keys.ReadAt >= Lifetime)
        {
            keys = await ReadAsync(keys, cancellationToken);
        }

        if (keys.Find(keyId) is { Count: > 0 } found || time.GetUtcNow() - keys.ReadAt < UnknownKeyPause)
        {
            return keys.Find(keyId);
        }

        return (await ReadAsync(keys, cancellationToken)).Find(keyId);
    }

    public void Dispose() => reading.Dispose();

    // One reader at a time; who waited takes what the other one read.
    private async Task<KeySet> ReadAsync(KeySet? known, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (current is not null && current != known)
            {
                return current;
            }

            return current = new(Parse(await FetchAsync(cancellationToken)), time.GetUtcNow());
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or UnauthorizedAccessException or ArgumentException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Known keys stay good while the issuer is away; the next try comes after the pause.
            return known is null
                ? throw new KeysUnavailableException(exception)
                : current = known with { ReadAt = time.GetUtcNow() };
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        var location = options.Value.KeysUrl;
        if (!Uri.TryCreate(location, UriKind.Absolute, out var url) || url.IsFile)
        {
            return await File.ReadAllTextAsync(url?.LocalPath ?? location, cancellationToken);
        }

        using var client = clients.CreateClient(HttpClientName);
        return await client.GetStringAsync(url, cancellationToken);
    }

    private static List<SecurityKey> Parse(string json) =>
        [.. new JsonWebKeySet(json).GetSigningKeys()
            .Where(key => key is RsaSecurityKey or ECDsaSecurityKey or X509SecurityKey)];

    private sealed record KeySet(List<SecurityKey> Keys, DateTimeOffset ReadAt)
    {
        public List<SecurityKey> Find(string? keyId) =>
            keyId is null ? Keys : [.. Keys.Where(key => key.KeyId == keyId)];
    }
}

/// <summary>The issuer's keys cannot be read, so no token can be judged.</summary>
public sealed class KeysUnavailableException(Exception reason) : Exception("the signing keys cannot be read", reason);
