using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RecoveryOS.Core.Identity;

/// <summary>
/// Verifies access tokens: signature, issuer, audience and times, then our claims. A token that passed is remembered
/// until it ends or the keys are read anew, because its signature costs more than the whole rest of a request.
/// </summary>
public sealed class TokenVerifier(SigningKeys keys, IOptions<JwtOptions> options, TimeProvider time)
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private readonly ConcurrentDictionary<string, Verified> verified = new();

    /// <summary>Who the token speaks for, or null when it is not to be believed, for whatever reason.</summary>
    /// <exception cref="KeysUnavailableException">The keys cannot be read, so nothing can be said.</exception>
    public async ValueTask<Caller?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (verified.TryGetValue(token, out var earlier)
            && keys.Generation is { } generation
            && earlier.Generation == generation
            && time.GetUtcNow() < earlier.Ends)
        {
            return earlier.Caller;
        }

        if (!Handler.CanReadToken(token) || TryRead(token) is not { } unverified)
        {
            return null;
        }

        var candidates = await keys.FindAsync(unverified.Kid is { Length: > 0 } kid ? kid : null, cancellationToken);
        var result = await Handler.ValidateTokenAsync(unverified, Parameters(candidates));
        if (!result.IsValid || ReadClaims(unverified) is not { } caller)
        {
            return null;
        }

        Remember(token, new(caller, keys.Generation, unverified.ValidTo + Skew));
        return caller;
    }

    private static JsonWebToken? TryRead(string token)
    {
        try
        {
            return Handler.ReadJsonWebToken(token);
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException or JsonException)
        {
            return null;
        }
    }

    private TokenValidationParameters Parameters(IReadOnlyList<SecurityKey> candidates) => new()
    {
        IssuerSigningKeys = candidates,
        ValidAlgorithms =
            [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256],
        ValidIssuer = options.Value.Issuer,
        ValidAudience = options.Value.Audience,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (notBefore, expires, _, _) =>
            time.GetUtcNow().UtcDateTime is var now && expires is not null && now < expires + Skew
            && (notBefore is null || now >= notBefore - Skew),
    };

    private static Caller? ReadClaims(JsonWebToken token)
    {
        List<Role> roles = [];
        foreach (var claim in token.Claims.Where(claim => claim.Type == "roles"))
        {
            // What is no role here may be one elsewhere; it gives nothing.
            Role? role = claim.Value switch
            {
                "member" => Role.Member,
                "clinician" => Role.Clinician,
                "operator" => Role.Operator,
                _ => null,
            };
            if (role is { } known)
            {
                roles.Add(known);
            }
        }

        var memberId = Uuid(token, "member_id");
        return token.Subject is { Length: > 0 and <= 128 }
            && Uuid(token, "account_id") is { } accountId
            && (memberId is not null || !roles.Contains(Role.Member))
            ? new(token.Subject, accountId, roles, memberId)
            : null;
    }

    private static Guid? Uuid(JsonWebToken token, string name) =>
        token.TryGetClaim(name, out Claim claim) && Guid.TryParseExact(claim.Value, "D", out var id) ? id : null;

    private void Remember(string token, Verified entry)
    {
        if (verified.Count >= Remembered)
        {
            verified.Clear();
        }

        verified[token] = entry;
    }

    private sealed record Verified(Caller Caller, object? Generation, DateTimeOffset Ends);
}
