using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Simulators;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

public sealed class AzureProviderTests : IAsyncLifetime
{
    private ProviderStage? opened;

    private ProviderStage Stage => opened ?? throw new InvalidOperationException("not opened");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => opened = await ProviderStage.OpenAsync();

    public ValueTask DisposeAsync() => Stage.DisposeAsync();

    [Fact]
    public async Task A_text_is_taken_once_however_often_it_is_handed_over()
    {
        var text = ProviderStage.Text();

        var first = Assert.IsType<SendOutcome.Accepted>(await SendAsync(text));
        var second = await SendAsync(text with { Fence = 8 });

        var taken = Assert.Single(Stage.BackupServer.Messages);
        Assert.Equal(
            (taken.Sid, ProviderStage.Number, ProviderStage.BackupNumber, "Hello", text.MessageId.ToString()),
            (first.ProviderId, taken.To, taken.From, taken.Body, taken.MessageId));
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("opted_out", "opted_out")]
    [InlineData("bad_number", "bad_number")]
    [InlineData("400", "http_400")]
    [InlineData("401", "http_401")]
    [InlineData("403", "http_403")]
    [InlineData("404", "http_404")]
    [InlineData("422", "http_422")]
    [InlineData("429", "http_429")]
    public async Task A_refusal_has_a_code_of_the_catalogue(string simulated, string code)
    {
        Stage.BackupServer.Faults = new() { Refusals = new Dictionary<string, string> { ["*"] = simulated } };

        Assert.Equal(new SendOutcome.Refused(code), await SendAsync());
        Assert.NotEqual(ErrorClass.Unknown, ErrorCatalogue.Find("azure", code).Class);
        Assert.Empty(Stage.BackupServer.Messages);
    }

    [Fact]
    public async Task Trouble_there_is_unknown_and_too_many_requests_are_a_refusal()
    {
        var faults = new[]
        {
            (new Faults { LostAnswers = 1 }, (SendOutcome)new SendOutcome.Unknown("connection_lost")),
            (new() { LostRequests = 1 }, new SendOutcome.Unknown("connection_lost")),
            (new() { ErrorsAfterTaking = 1 }, new SendOutcome.Unknown("http_500")),
            (new() { ErrorsBeforeTaking = 1 }, new SendOutcome.Unknown("http_503")),
            (new() { Refusals = new Dictionary<string, string> { ["*"] = "503" } },
                new SendOutcome.Unknown("http_503")),
            (new() { TooMany = 1, RetryAfterSeconds = 9 },
                new SendOutcome.Refused("http_429", TimeSpan.FromSeconds(9))),
        };
        foreach (var (fault, expected) in faults)
        {
            Stage.BackupServer.Faults = fault;

            Assert.Equal(expected, await SendAsync());
        }

        await Stage.BackupServer.StopAsync();
        Assert.Equal(new SendOutcome.Refused("http_connect"), await SendAsync());
    }

    [Fact]
    public async Task Without_a_token_nothing_is_handed_over()
    {
        AzureToken none = new(new NoIdentity(), TimeProvider.System, NullLogger<AzureToken>.Instance);
        AzureProvider azure = new(
            new() { Endpoint = Stage.BackupServer.Address.ToString(), From = ProviderStage.BackupNumber },
            none, Stage.Clients, TimeProvider.System);

        Assert.Equal(
            new SendOutcome.Refused("no_token"), await azure.SendAsync(ProviderStage.Text(), CancellationToken));
        Assert.Equal(0, Stage.BackupServer.Requests);
    }

    [Theory]
    [InlineData(null, "delivered")]
    [InlineData("4004", "failed")]
    [InlineData("4007", "failed")]
    public async Task What_became_of_a_text_is_asked_by_its_id(string? error, string status)
    {
        Stage.BackupServer.Faults = new() { Delivers = false };
        var text = ProviderStage.Text();
        var id = Assert.IsType<SendOutcome.Accepted>(await SendAsync(text)).ProviderId;
        Assert.Equal(new LookOutcome.Found(id, "accepted", null), await LookAsync(text, id));

        Stage.BackupServer.Faults = new()
        {
            StepMilliseconds = 0,
            DeliveryErrors = error is null ? new Dictionary<string, string>() : new() { ["*"] = error },
        };
        Assert.Equal(new LookOutcome.Found(id, status, error), await LookAsync(text, id));
    }

    [Fact]
    public async Task A_text_without_an_id_cannot_be_asked_after()
    {
        Assert.Equal(new LookOutcome.Unavailable("not_offered"), await LookAsync(ProviderStage.Text(), id: null));
        await Stage.BackupServer.StopAsync();
        Assert.IsType<LookOutcome.Unavailable>(await LookAsync(ProviderStage.Text(), "Outgoing_1"));
    }

    private Task<SendOutcome> SendAsync(OutgoingText? text = null) =>
        Stage.Azure.SendAsync(text ?? ProviderStage.Text(), CancellationToken);

    private Task<LookOutcome> LookAsync(OutgoingText text, string? id) =>
        Stage.Azure.LookAsync(ProviderStage.Sent(text, id), CancellationToken);

    private sealed class NoIdentity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("none");

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromException<AccessToken>(new CredentialUnavailableException("none"));
    }
}
