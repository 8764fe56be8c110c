using System.Text;
using Microsoft.IdentityModel.Tokens;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class TokenTests(ServiceFixture service)
{
    [Theory]
    [InlineData(-59, 0, 200)]
    [InlineData(-61, 0, 401)]
    [InlineData(60, 58, 200)]
    [InlineData(180, 63, 401)]
    public async Task Times_are_kept_with_a_minute_of_skew(int expiresIn, int notBeforeIn, int status)
    {
        var clinic = await service.OpenClinicAsync();
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;

        var token = clinic.Deployment.Tokens.Sign(Tokens.Claims(clinic.Account, "clinician"), token =>
        {
            token.NotBefore = now.AddSeconds(Math.Min(notBeforeIn, expiresIn));
            token.Expires = now.AddSeconds(expiresIn);
        });

        (await clinic.Deployment.Caller(token).GetAsync(Clinic.Alerts)).Is(status);
    }

    [Fact]
    public async Task Token_is_refused_once_it_ends_although_it_was_good_before()
    {
        var clinic = await service.OpenClinicAsync();
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var api = clinic.Deployment.Caller(clinic.Deployment.Tokens.Sign(
            Tokens.Claims(clinic.Account, "clinician"),
            token => (token.NotBefore, token.Expires) = (null, now.AddSeconds(-58))));
        (await api.GetAsync(Clinic.Alerts)).Is(200);

        await Poll.UntilAsync(
            async () => (await api.GetAsync(Clinic.Alerts)).Status == 401, "the token ends", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Token_for_several_audiences_is_good_for_one_of_them()
    {
        var clinic = await service.OpenClinicAsync();
        var tokens = clinic.Deployment.Tokens;

        var token = tokens.Sign(Tokens.Claims(clinic.Account, "clinician"), token => token.Audiences.Add("elsewhere"));

        (await clinic.Deployment.Caller(token).GetAsync(Clinic.Alerts)).Is(200);
    }

    [Theory]
    [InlineData("issuer")]
    [InlineData("audience")]
    [InlineData("no audience")]
    [InlineData("no end")]
    [InlineData("key")]
    [InlineData("key of the same id")]
    [InlineData("RS512")]
    [InlineData("no signature")]
    [InlineData("HS256 with the public key")]
    public async Task Token_with_a_wrong_frame_is_refused(string wrong)
    {
        var clinic = await service.OpenClinicAsync();
        var tokens = clinic.Deployment.Tokens;
        var stranger = SigningKey.CreateRsa(tokens.Key.Credentials.Key.KeyId ?? "");

        var token = tokens.Sign(Tokens.Claims(clinic.Account, "clinician"), token => _ = wrong switch
        {
            "issuer" => token.Issuer = "https://elsewhere.example",
            "audience" => token.Audience = "elsewhere",
            "no audience" => token.Audience = null,
            "no end" => token.Expires = null,
            "key" => token.SigningCredentials = SigningKey.CreateEc("elsewhere").Credentials,
            "key of the same id" => token.SigningCredentials = stranger.Credentials,
            "RS512" => token.SigningCredentials = new(stranger.Credentials.Key, SecurityAlgorithms.RsaSha512),
            "no signature" => token.SigningCredentials = null,
            _ => (object)(token.SigningCredentials = new(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(tokens.Key.PublicPem())),
                SecurityAlgorithms.HmacSha256)),
        });

        (await clinic.Deployment.Caller(token).GetAsync(Clinic.Alerts)).Is(401, "unauthenticated");
    }

    [Theory]
    [InlineData("sub", null)]
    [InlineData("sub", "")]
    [InlineData(
        "sub",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("account_id", null)]
    [InlineData("account_id", "an account")]
    [InlineData("account_id", "{5f0c3a1e-0000-7000-8000-000000000000}")]
    [InlineData("member_id", "a member")]
    public async Task Token_with_a_wrong_claim_is_refused(string claim, string? value)
    {
        var clinic = await service.OpenClinicAsync();
        var claims = Tokens.Claims(clinic.Account, "member");
        claims["member_id"] = $"{Guid.CreateVersion7()}";
        claims.Remove(claim);
        if (value is not null)
            claims[claim] = value;

        (await clinic.Deployment.Caller(clinic.Deployment.Tokens.Sign(claims)).GetAsync(Clinic.CheckIns))
            .Is(401, "unauthenticated");
    }

    [Theory]
    [InlineData()]
    [InlineData("admin")]
    [InlineData("Clinician")]
    [InlineData("anyone", "schedule", "twilio")]
    public async Task Token_without_a_role_of_ours_is_forbidden_everything(params string[] roles)
    {
        var clinic = await service.OpenClinicAsync();
        var token = clinic.Deployment.Tokens.Sign(Tokens.Claims(clinic.Account, roles));

        (await clinic.Deployment.Caller(token).GetAsync(Clinic.Alerts)).Is(403, "forbidden");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer x")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer a.b.c.d.e")]
    [InlineData("Bearer ..")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6NX0.e30.AAAA")]
    [InlineData("Bearer W10.W10.AAAA")]
    [InlineData("Bearer bnVsbA.bnVsbA.AAAA")]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==")]
    public async Task Header_that_is_no_token_is_refused(string value)
    {
        var api = (await service.ShareAsync()).Anonymous;

        (await api.GetAsync(Clinic.Alerts, ("Authorization", value))).Is(401, "unauthenticated");
    }

    [Fact]
    public async Task Changed_token_is_refused()
    {
        var clinic = await service.OpenClinicAsync();
        var parts = clinic.Deployment.Tokens.Operator(clinic.Account).Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]).Replace("operator", "clinician", StringComparison.Ordinal);

        var token = $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";

        (await clinic.Deployment.Caller(token).GetAsync(Clinic.Alerts)).Is(401, "unauthenticated");
    }

    [Fact]
    public async Task Two_tokens_at_once_are_refused()
    {
        var clinic = await service.OpenClinicAsync();

        var answer = await clinic.Clinician.GetAsync(Clinic.Alerts, ("Authorization", "Bearer x"));

        answer.Is(401, "unauthenticated");
    }

    [Theory]
    [InlineData(253402300799)]
    [InlineData(9999999999999)]
    [InlineData(1e18)]
    public async Task Token_that_ends_very_late_is_no_server_error(double exp)
    {
        var clinic = await service.OpenClinicAsync();
        var claims = Tokens.Claims(clinic.Account, "clinician");
        claims["exp"] = (long)exp;
        var token = clinic.Deployment.Tokens.Sign(claims, token => (token.Expires, token.NotBefore) = (null, null));

        Assert.InRange((await clinic.Deployment.Caller(token).GetAsync(Clinic.Alerts)).Status, 200, 401);
    }
}
