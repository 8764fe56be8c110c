using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using RecoveryOS.Core.Identity;

namespace RecoveryOS.Core.Tests.Identity;

public sealed class TokenVerifierTests : IDisposable
{
    private readonly Issuer issuer = new("k1");
    private readonly JwksServer server = new();
    private readonly FakeTimeProvider time = new(Issuer.Now);
    private readonly SigningKeys keys;
    private readonly TokenVerifier verifier;

    public TokenVerifierTests()
    {
        server.Document = Issuer.KeySet(issuer);
        var options = Options.Create(
            new JwtOptions { KeysUrl = "https://issuer.test/jwks", Issuer = Issuer.Name, Audience = Issuer.Audience });
        keys = new(server, options, time);
        verifier = new(keys, options, time);
    }

    public void Dispose()
    {
        keys.Dispose();
        server.Dispose();
    }

    [Theory]
    [InlineData(SecurityAlgorithms.RsaSha256, true)]
    [InlineData(SecurityAlgorithms.RsaSsaPssSha256, true)]
    [InlineData(SecurityAlgorithms.EcdsaSha256, true)]
    [InlineData(SecurityAlgorithms.RsaSha512, false)]
    [InlineData(SecurityAlgorithms.EcdsaSha384, false)]
    public async Task Only_three_algorithms_are_accepted(string algorithm, bool accepted)
    {
        var other = new Issuer("k2", algorithm);
        server.Document = Issuer.KeySet(other);
        Assert.Equal(accepted, await VerifyAsync(other.Sign()) is not null);
    }

    [Fact]
    public async Task Claims_become_the_caller()
    {
        var (account, member) = (Guid.NewGuid(), Guid.NewGuid());
        var caller = await VerifyAsync(issuer.Sign(new()
        {
            ["sub"] = "m-1",
            ["account_id"] = account.ToString(),
            ["roles"] = (string[])["member", "gardener"],
            ["member_id"] = member.ToString(),
        }));
        Assert.NotNull(caller);
        Assert.Equal(("m-1", account, member), (caller.Subject, caller.AccountId, caller.OnlyMember));
        Assert.Equal([Role.Member], caller.Roles);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("account_id")]
    [InlineData("member_id")]
    public async Task A_member_without_one_of_its_claims_is_nobody(string missing)
    {
        var claims = Issuer.Claims();
        claims["roles"] = (string[])["member"];
        claims["member_id"] = Guid.NewGuid().ToString();
        Assert.NotNull(await VerifyAsync(issuer.Sign(new(claims))));
        claims.Remove(missing);
        Assert.Null(await VerifyAsync(issuer.Sign(claims)));
    }

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-59, true)]
    public async Task A_token_ends_sixty_seconds_after_its_time(int expiresAfter, bool accepted) =>
        Assert.Equal(
            accepted, await VerifyAsync(issuer.Sign(expires: Issuer.Now.AddSeconds(expiresAfter))) is not null);

    [Theory]
    [InlineData(61, false)]
    [InlineData(60, true)]
    public async Task A_token_begins_sixty_seconds_before_its_time(int beginsAfter, bool accepted) =>
        Assert.Equal(
            accepted, await VerifyAsync(issuer.Sign(notBefore: Issuer.Now.AddSeconds(beginsAfter))) is not null);

    [Fact]
    public async Task A_remembered_token_still_ends()
    {
        var token = issuer.Sign(expires: Issuer.Now.AddMinutes(5));
        Assert.NotNull(await VerifyAsync(token));
        time.Advance(TimeSpan.FromSeconds(5 * 60 + 60));
        Assert.Null(await VerifyAsync(token));
    }

    [Fact]
    public async Task A_remembered_token_falls_with_its_key()
    {
        var token = issuer.Sign(expires: Issuer.Now.AddHours(9));
        Assert.NotNull(await VerifyAsync(token));
        server.Document = Issuer.KeySet(new Issuer("k2"));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await VerifyAsync(token));
    }

    [Fact]
    public async Task Forged_tokens_are_nobodys()
    {
        Assert.Null(await VerifyAsync(new Issuer("k1").Sign()));
        Assert.Null(await VerifyAsync(issuer.Sign(issuer: "https://elsewhere.test")));
        Assert.Null(await VerifyAsync(issuer.Sign(audience: "another")));
        Assert.Null(
            await VerifyAsync(issuer.Sign(with: issuer.PublicKeyAsSecret(), by: SecurityAlgorithms.HmacSha256)));
        var parts = issuer.Sign().Split('.');
        Assert.Null(await VerifyAsync($"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{parts[1]}."));
        Assert.Null(await VerifyAsync($"{parts[0]}.{parts[1]}."));
        Assert.Null(await VerifyAsync("x.y.z"));
        Assert.Null(await VerifyAsync(""));
    }

    [Fact]
    public async Task An_unknown_key_id_reads_the_keys_anew_at_most_once_a_minute()
    {
        Assert.NotNull(await VerifyAsync(issuer.Sign()));
        Assert.Equal(1, server.Requests);

        var next = new Issuer("k2");
        server.Document = Issuer.KeySet(issuer, next);
        Assert.Null(await VerifyAsync(next.Sign()));
        Assert.Equal(1, server.Requests);

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await VerifyAsync(next.Sign()));
        Assert.Null(await VerifyAsync(new Issuer("k3").Sign()));
        Assert.Null(await VerifyAsync(new Issuer("k4").Sign()));
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task Known_keys_outlive_an_issuer_that_is_away_and_unknown_ones_are_an_outage()
    {
        server.Document = null;
        await Assert.ThrowsAsync<KeysUnavailableException>(() => VerifyAsync(issuer.Sign()));

        server.Document = Issuer.KeySet(issuer);
        var token = issuer.Sign(expires: Issuer.Now.AddHours(9));
        Assert.NotNull(await VerifyAsync(token));

        server.Document = null;
        time.Advance(TimeSpan.FromHours(2));
        Assert.NotNull(await VerifyAsync(token));
    }

    [Fact]
    public async Task Keys_are_read_from_a_file_too()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, Issuer.KeySet(issuer), TestContext.Current.CancellationToken);
            foreach (var location in (string[])[path, new Uri(path).AbsoluteUri])
            {
                var options = Options.Create(
                    new JwtOptions { KeysUrl = location, Issuer = Issuer.Name, Audience = Issuer.Audience });
                using var fromFile = new SigningKeys(server, options, time);
                Assert.Single(await fromFile.FindAsync("k1", TestContext.Current.CancellationToken));
            }

            Assert.Equal(0, server.Requests);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private Task<Caller?> VerifyAsync(string token) =>
        verifier.VerifyAsync(token, TestContext.Current.CancellationToken).AsTask();
}
