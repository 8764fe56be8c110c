using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>The forms that RECOVERYOS_SIGNING_KEY may take.</summary>
public sealed class SigningKeyTests : IDisposable
{
    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        rsa.Dispose();
        ec.Dispose();
    }

    [Theory]
    [InlineData("RSA PKCS#1", null)]
    [InlineData("RSA PKCS#8", null)]
    [InlineData("RSA JWK", "its id")]
    [InlineData("RSA JWK", null)]
    [InlineData("EC SEC1", null)]
    [InlineData("EC PKCS#8", null)]
    [InlineData("EC JWK", "its id")]
    [InlineData("EC JWK", null)]
    public async Task Key_of_any_form_signs_what_its_public_half_verifies(string form, string? keyId)
    {
        var key = SigningKey.Load(Text(form, keyId));

        var token = new Tokens(key, "issuer", "audience").Clinician(Guid.CreateVersion7());

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = "issuer",
            ValidAudience = "audience",
            TryAllIssuerSigningKeys = true,
            IssuerSigningKey = form.StartsWith("RSA", StringComparison.Ordinal)
                ? new RsaSecurityKey(rsa)
                : new ECDsaSecurityKey(ec),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal(keyId ?? "", new JsonWebToken(token).Kid);
    }

    [Fact]
    public async Task Key_may_lie_in_a_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, rsa.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);

        var key = SigningKey.Load(file);

        File.Delete(file);
        Assert.Equal(rsa.ExportSubjectPublicKeyInfoPem(), key.PublicPem());
    }

    private string Text(string form, string? keyId) => form switch
    {
        "RSA PKCS#1" => rsa.ExportRSAPrivateKeyPem(),
        "RSA PKCS#8" => rsa.ExportPkcs8PrivateKeyPem(),
        "RSA JWK" => Jwk(
            JsonWebKeyConverter.ConvertFromRSASecurityKey(
                new RsaSecurityKey(rsa.ExportParameters(true)) { KeyId = keyId })),
        "EC SEC1" => ec.ExportECPrivateKeyPem(),
        "EC PKCS#8" => ec.ExportPkcs8PrivateKeyPem(),
        _ => Jwk(JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ec) { KeyId = keyId })),
    };

    private static string Jwk(JsonWebKey key) => JsonSerializer.Serialize(
        new Dictionary<string, string?>
        {
            ["kty"] = key.Kty,
            ["kid"] = key.Kid,
            ["n"] = key.N,
            ["e"] = key.E,
            ["d"] = key.D,
            ["p"] = key.P,
            ["q"] = key.Q,
            ["dp"] = key.DP,
            ["dq"] = key.DQ,
            ["qi"] = key.QI,
            ["crv"] = key.Crv,
            ["x"] = key.X,
            ["y"] = key.Y,
        }.Where(pair => pair.Value is not null).ToDictionary());
}
