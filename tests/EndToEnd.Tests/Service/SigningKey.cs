using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>The issuer's key: what tokens are signed with, and the JWKS that verifies them.</summary>
internal sealed class SigningKey
{
    private readonly SecurityKey key;

    private SigningKey(SecurityKey key) => this.key = key;

    public SigningCredentials Credentials =>
        new(key, key is ECDsaSecurityKey ? SecurityAlgorithms.EcdsaSha256 : SecurityAlgorithms.RsaSha256);

    /// <summary>A key of our own.</summary>
    public static SigningKey CreateRsa(string keyId) => new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = keyId });

    public static SigningKey CreateEc(string keyId) =>
        new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = keyId });

    /// <param name="text">A private key as PEM or JWK, RSA or EC P-256, or the path of a file that holds one.</param>
    public static SigningKey Load(string text)
    {
        var content = File.Exists(text) ? File.ReadAllText(text) : text;
        return new(content.TrimStart().StartsWith('{') ? ReadJwk(new(content)) : ReadPem(content));
    }

    /// <summary>The public halves of some keys.</summary>
    public static string Jwks(params IEnumerable<SigningKey> keys) =>
        JsonSerializer.Serialize(new { keys = keys.Select(key => key.Public()) });

    public string PublicPem() => key switch
    {
        RsaSecurityKey rsa => rsa.Rsa.ExportSubjectPublicKeyInfoPem(),
        ECDsaSecurityKey ec => ec.ECDsa.ExportSubjectPublicKeyInfoPem(),
        _ => throw new InvalidOperationException("neither RSA nor EC"),
    };

    private static SecurityKey ReadJwk(JsonWebKey jwk) => JsonWebKeyConverter.TryConvertToSecurityKey(jwk, out var key)
        ? key is RsaSecurityKey rsa ? new RsaSecurityKey(RSA.Create(rsa.Parameters)) { KeyId = jwk.Kid } : key
        : throw new InvalidOperationException("the JWK is neither an RSA nor an EC key");

    private static SecurityKey ReadPem(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
            var ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            return new ECDsaSecurityKey(ec);
        }
    }

    private Dictionary<string, string> Public()
    {
        var jwk = key switch
        {
            RsaSecurityKey rsa => JsonWebKeyConverter.ConvertFromRSASecurityKey(rsa),
            ECDsaSecurityKey ec => JsonWebKeyConverter.ConvertFromECDsaSecurityKey(ec),
            _ => throw new InvalidOperationException("neither RSA nor EC"),
        };
        Dictionary<string, string> shown = new() { ["kty"] = jwk.Kty, ["kid"] = jwk.Kid, ["use"] = "sig" };
        (string Name, string? Value)[] values =
            [("n", jwk.N), ("e", jwk.E), ("crv", jwk.Crv), ("x", jwk.X), ("y", jwk.Y)];
        foreach (var (name, value) in values)
        {
            if (value is not null)
                shown[name] = value;
        }

        return shown;
    }
}
