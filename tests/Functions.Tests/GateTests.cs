using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using RecoveryOS.Core.Identity;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions.Tests;

public sealed class GateTests : IDisposable
{
    private const string Prefix = "RecoveryOS.Functions.";

    private readonly string keysFile = Path.GetTempFileName();
    private readonly RsaSecurityKey key = new(System.Security.Cryptography.RSA.Create(2048)) { KeyId = "k" };
    private readonly ServiceProvider services;
    private readonly Gate gate;
    private bool called;

    public GateTests()
    {
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(key);
        File.WriteAllText(
            keysFile,
            JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", kid = "k", n = jwk.N, e = jwk.E } } }));
        services = new ServiceCollection()
            .AddLogging()
            .AddHttpClient()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(
                Options.Create(new JwtOptions { KeysUrl = keysFile, Issuer = "issuer", Audience = "audience" }))
            .AddSingleton<SigningKeys>().AddSingleton<TokenVerifier>().AddSingleton<AccessRules>().AddSingleton<Gate>()
            .BuildServiceProvider();
        gate = services.GetRequiredService<Gate>();
    }

    public void Dispose()
    {
        services.Dispose();
        key.Rsa.Dispose();
        File.Delete(keysFile);
    }

    [Theory]
    [InlineData("member")]
    [InlineData("clinician")]
    [InlineData("operator")]
    [InlineData("member", "clinician", "operator")]
    public async Task Function_without_a_rule_is_refused_to_every_role(params string[] roles) =>
        Assert.Equal((403, false), await CallAsync("Unruled.Run", Token(roles)));

    [Fact]
    public async Task Function_without_a_rule_is_refused_without_a_token() =>
        Assert.Equal((401, false), await CallAsync("Unruled.Run", null));

    [Fact]
    public async Task Function_without_a_rule_is_refused_to_the_timer() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunTimerAsync("Unruled.Run"));

    [Fact]
    public async Task Function_of_HTTP_is_refused_to_the_timer()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunTimerAsync("AlertFunctions.ListAlerts"));
        Assert.False(called);
    }

    [Theory]
    [InlineData("clinician", 200, true)]
    [InlineData("member", 403, false)]
    [InlineData("operator", 403, false)]
    public async Task Function_is_for_the_roles_of_its_rule(string role, int status, bool runs) =>
        Assert.Equal((status, runs), await CallAsync("AlertFunctions.ListAlerts", Token(role)));

    [Fact]
    public async Task Function_for_anyone_needs_no_token() =>
        Assert.Equal((200, true), await CallAsync("HealthFunctions.Healthz", null));

    private string Token(params string[] roles) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "issuer",
        Audience = "audience",
        Claims = new Dictionary<string, object>
        {
            ["sub"] = "somebody",
            ["account_id"] = $"{Guid.CreateVersion7()}",
            ["member_id"] = $"{Guid.CreateVersion7()}",
            ["roles"] = roles,
        },
        SigningCredentials = new(key, SecurityAlgorithms.RsaSha256),
    });

    private async Task<(int Status, bool Called)> CallAsync(string function, string? token)
    {
        var http = new DefaultHttpContext { RequestServices = services };
        if (token is not null)
            http.Request.Headers.Authorization = $"Bearer {token}";
        await gate.Invoke(new TestInvocation(Prefix + function, http), RunAsync);
        return (http.Response.StatusCode, called);
    }

    private Task RunTimerAsync(string function) => gate.Invoke(new TestInvocation(Prefix + function, null), RunAsync);

    private Task RunAsync(Microsoft.Azure.Functions.Worker.FunctionContext context)
    {
        called = true;
        return Task.CompletedTask;
    }
}
