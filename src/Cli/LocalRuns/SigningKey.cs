using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RecoveryOS.Cli.LocalRuns;

/// <summary>What a token says.</summary>
/// <param name="Role">clinician, member or operator.</param>
/// <param name="MemberId">For a member only.</param>
internal sealed record TokenRequest(string Role, Guid AccountId, Guid? MemberId, TimeSpan Lifetime);

/// <summary>The local run's own identity provider: a key to sign tokens with, and the JWKS that proves them.</summary>
internal sealed class SigningKey
{
    private readonly JsonWebKey key;

    private SigningKey(string json) => key = new JsonWebKey(json);

    public static string PublicFile(LocalRun run) => Path.Combine(run.KeysFolder, "jwks.json");

    /// <summary>Makes the key on the first run.</summary>
    public static void Ensure(LocalRun run)
    {
        if (File.Exists(PrivateKeyFile(run)))
            return;

        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(includePrivateParameters: true);
        var made = new RsaKey
        {
            Kid = $"local-{Base64UrlEncoder.Encode(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()))[..12]}",
            N = Base64UrlEncoder.Encode(parameters.Modulus),
            E = Base64UrlEncoder.Encode(parameters.Exponent),
            D = Base64UrlEncoder.Encode(parameters.D),
            P = Base64UrlEncoder.Encode(parameters.P),
            Q = Base64UrlEncoder.Encode(parameters.Q),
            DP = Base64UrlEncoder.Encode(parameters.DP),
            DQ = Base64UrlEncoder.Encode(parameters.DQ),
            QI = Base64UrlEncoder.Encode(parameters.InverseQ),
        };
        PrivateFile.CreateFolder(run.KeysFolder);
        // The private key last: it is what says that the keys are there.
        PrivateFile.Write(
            PublicFile(run), JsonSerializer.Serialize(new KeySet([made.Public()]), CliJson.Default.KeySet));
        PrivateFile.Write(PrivateKeyFile(run), JsonSerializer.Serialize(made, CliJson.Default.RsaKey));
    }

    /// <exception cref="CliException">The folder holds no key, so it is no local run's.</exception>
    public static SigningKey Load(LocalRun run) => File.Exists(PrivateKeyFile(run))
        ? new SigningKey(File.ReadAllText(PrivateKeyFile(run)))
        : throw new CliException(
            $"There is no local run in {run.Folder}, and tokens are signed by a local run's own key only: "
            + "start one with ./recoveryos run, or name its folder with --data.");

    public string Sign(TokenRequest request, TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        Dictionary<string, object> claims = new()
        {
            ["sub"] = request.MemberId is { } member ? $"member-{member}" : $"local-{request.Role}",
            ["account_id"] = request.AccountId.ToString(),
            ["roles"] = new[] { request.Role },
        };
        if (request.MemberId is { } memberId)
            claims["member_id"] = memberId.ToString();

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = LocalRun.Issuer,
            Audience = LocalRun.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + request.Lifetime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
        });
    }

    private static string PrivateKeyFile(LocalRun run) => Path.Combine(run.KeysFolder, "signing-key.json");
}
