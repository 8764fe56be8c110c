using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class TokenCommandTests : IDisposable
{
    private static readonly Guid Account = Guid.CreateVersion7();
    private static readonly Guid Member = Guid.CreateVersion7();

    private readonly TemporaryFolder temporary = new();
    private readonly LocalRun run;

    public TokenCommandTests()
    {
        run = new LocalRun(temporary.Path);
        SigningKey.Ensure(run);
        run.Save(new RunState { AccountId = Account });
    }

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData("clinician", "local-clinician")]
    [InlineData("operator", "local-operator")]
    public async Task Token_of_the_local_runs_account_lasts_an_hour(string role, string subject)
    {
        var token = await ReadAsync(await CliProcess.RunAsync("token", "--role", role, "--data", temporary.Path));

        Assert.Equal(subject, token.Subject);
        Assert.Equal(Account.ToString(), token.GetClaim("account_id").Value);
        Assert.Equal([role], token.GetPayloadValue<string[]>("roles"));
        Assert.False(token.TryGetClaim("member_id", out _));
        Assert.Equal(TimeSpan.FromHours(1), token.ValidTo - token.IssuedAt);
        Assert.Equal(token.IssuedAt, token.ValidFrom);
    }

    [Fact]
    public async Task Members_token_names_the_member_and_the_account_asked_for()
    {
        var other = Guid.CreateVersion7();

        var token = await ReadAsync(await CliProcess.RunAsync(
            "token", "--role", "member", "--member", $"{Member}", "--account", $"{other}", "--minutes", "5", "--data",
            temporary.Path));

        Assert.Equal($"member-{Member}", token.Subject);
        Assert.Equal(other.ToString(), token.GetClaim("account_id").Value);
        Assert.Equal(Member.ToString(), token.GetClaim("member_id").Value);
        Assert.Equal(TimeSpan.FromMinutes(5), token.ValidTo - token.IssuedAt);
    }

    [Fact]
    public async Task Environment_names_the_local_run_too()
    {
        Dictionary<string, string> environment = new() { ["RECOVERYOS_DATA"] = temporary.Path };

        await ReadAsync(await CliProcess.RunAsync(environment, "token", "--role", "clinician"));
    }

    [Fact]
    public async Task Outside_a_local_run_there_is_no_token()
    {
        using var elsewhere = new TemporaryFolder();

        var ended = await CliProcess.RunAsync(
            "token", "--role", "clinician", "--account", $"{Account}", "--data", elsewhere.Path);

        ended.AssertFailed(1, $"There is no local run in {elsewhere.Path}");
    }

    /// <summary>The whole output is the token, and the run's JWKS proves it.</summary>
    private async Task<JsonWebToken> ReadAsync(CliProcess ended)
    {
        Assert.Equal("", ended.Error);
        Assert.Equal(0, ended.ExitCode);
        Assert.Matches(@"^[\w-]+\.[\w-]+\.[\w-]+\n$", ended.Output);
        var jwks = await File.ReadAllTextAsync(SigningKey.PublicFile(run), TestContext.Current.CancellationToken);

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(
            ended.Output.Trim(), new TokenValidationParameters
            {
                IssuerSigningKeys = new JsonWebKeySet(jwks).GetSigningKeys(),
                TryAllIssuerSigningKeys = false,
                ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
                ValidIssuer = "https://recoveryos.local",
                ValidAudience = "recoveryos",
            });

        Assert.Null(result.Exception);
        return Assert.IsType<JsonWebToken>(result.SecurityToken);
    }
}
