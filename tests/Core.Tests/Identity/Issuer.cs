using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RecoveryOS.Core.Tests.Identity;

/// <summary>Somebody who signs tokens, with its public keys as a JWKS.</summary>
internal sealed class Issuer(string keyId, string algorithm = SecurityAlgorithms.RsaSha256)
{
    public const string Name = "https://issuer.test";
    public const string Audience = "recoveryos";

    private readonly SecurityKey key = algorithm.StartsWith("ES", StringComparison.Ordinal)
        ? new ECDsaSecurityKey(ECDsa.Create(algorithm == SecurityAlgorithms.EcdsaSha384
            ? ECCurve.NamedCurves.nistP384
            : ECCurve.NamedCurves.nistP256))
        { KeyId = keyId }
        : new RsaSecurityKey(RSA.Create(2048)) { KeyId = keyId };

    public static DateTime Now { get; } = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    public static Dictionary<string, object> Claims() => new()
    {
        ["sub"] = "somebody",
        ["account_id"] = Guid.NewGuid().ToString(),
        ["roles"] = (string[])["clinician"],
    };

    public string Sign(
        Dictionary<string, object>? claims = null,
        DateTime? expires = null,
        DateTime? notBefore = null,
        string issuer = Name,
        string audience = Audience,
        SecurityKey? with = null,
        string? by = null) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Claims = claims ?? Claims(),
                Expires = expires ?? Now.AddMinutes(5),
                NotBefore = notBefore,
                Issuer = issuer,
                Audience = audience,
                SigningCredentials = new(with ?? key, by ?? algorithm),
            });

    /// <summary>
    /// An HMAC key made of the public key: what a verifier that trusts the header's algorithm would use.
    /// </summary>
    public SymmetricSecurityKey PublicKeyAsSecret() =>
        new(((RsaSecurityKey)key).Rsa.ExportSubjectPublicKeyInfo()) { KeyId = keyId };

    public string Jwk()
    {
        var jwk = key is RsaSecurityKey rsa
            ? JsonWebKeyConverter.ConvertFromRSASecurityKey(
                new RsaSecurityKey(rsa.Rsa.ExportParameters(false)) { KeyId = keyId })
            : JsonWebKeyConverter.ConvertFromECDsaSecurityKey((ECDsaSecurityKey)key);
        return jwk.Kty == "RSA"
            ? $$"""{"kty":"RSA","kid":"{{keyId}}","n":"{{jwk.N}}","e":"{{jwk.E}}"}"""
            : $$"""{"kty":"EC","kid":"{{keyId}}","crv":"{{jwk.Crv}}","x":"{{jwk.X}}","y":"{{jwk.Y}}"}""";
    }

    public static string KeySet(params Issuer[] issuers) =>
        $$"""{"keys":[{{string.Join(',', issuers.Select(issuer => issuer.Jwk()))}}]}""";
}
