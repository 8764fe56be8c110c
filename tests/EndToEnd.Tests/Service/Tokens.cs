using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>The identity provider that a deployment trusts.</summary>
internal sealed class Tokens(SigningKey key, string issuer, string audience)
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    public SigningKey Key => key;

    public string Clinician(Guid account) => Sign(Claims(account, "clinician"));

    public string Operator(Guid account) => Sign(Claims(account, "operator"));

    public string Member(Guid account, Guid member) =>
        Sign(new(Claims(account, "member")) { ["member_id"] = member.ToString() });

    /// <summary>The claims of a good token, for a test to change.</summary>
    public static Dictionary<string, object> Claims(Guid account, params string[] roles) => new()
    {
        ["sub"] = $"{roles.FirstOrDefault()}-{account:N}",
        ["account_id"] = account.ToString(),
        ["roles"] = roles,
    };

    /// <summary>A good token, unless <paramref name="change"/> makes it a bad one.</summary>
    public string Sign(Dictionary<string, object> claims, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(15),
            Claims = claims,
            SigningCredentials = key.Credentials,
        };
        change?.Invoke(token);
        return Handler.CreateToken(token);
    }
}
