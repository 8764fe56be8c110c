using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Messaging.Signatures;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Simulators;

namespace RecoveryOS.Core.Tests.Messaging.Providers;

/// <summary>Both providers, each against a simulator of its own.</summary>
internal sealed class ProviderStage : IAsyncDisposable
{
    public const string AccountSid = "AC0123456789abcdef0123456789abcdef";
    public const string Token = "0123456789abcdef0123456789abcdef";
    public const string KeySid = "SK0123456789abcdef0123456789abcdef";
    public const string KeySecret = "key-secret";
    public const string OwnNumber = "+15550100100";
    public const string BackupNumber = "+15550100101";
    public const string Number = "+15550100123";

    private readonly ServiceProvider services;

    private ProviderStage(TwilioServer twilioServer, BackupServer backupServer)
    {
        (TwilioServer, BackupServer) = (twilioServer, backupServer);
        ServiceCollection collection = [];
        collection.AddSingleton(TimeProvider.System).AddTextProviders();
        services = collection.BuildServiceProvider();
        Clients = services.GetRequiredService<ProviderClients>();
        Twilio = CreateTwilio(new()
        {
            AccountSid = AccountSid,
            AuthToken = Token,
            Numbers = [OwnNumber],
            ApiBaseUrl = twilioServer.Address.ToString(),
        });
        Azure = new(
            new() { Endpoint = backupServer.Address.ToString(), From = BackupNumber },
            token: null, Clients, TimeProvider.System);
    }

    public TwilioServer TwilioServer { get; }

    public BackupServer BackupServer { get; }

    public ProviderClients Clients { get; }

    public TwilioProvider Twilio { get; }

    public AzureProvider Azure { get; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<ProviderStage> OpenAsync(Faults? faults = null)
    {
        TwilioServer twilio = new(new(AccountSid, Token, KeySid, KeySecret), faults);
        BackupServer backup = new(faults);
        await twilio.StartAsync(LocalPort.Free(), CancellationToken);
        await backup.StartAsync(LocalPort.Free(), CancellationToken);
        return new(twilio, backup);
    }

    public TwilioProvider CreateTwilio(TwilioOptions options, string publicUrl = "https://texts.example.org/") =>
        new(options, PublicBaseUrl.TryParse(publicUrl, out var url) ? url : null, Clients);

    public static OutgoingText Text(
        string to = Number, string body = "Hello", TextClass textClass = TextClass.Reminder, Guid? id = null) => new(
        id ?? Guid.NewGuid(), 7, Phone(to), body, textClass, TimeSpan.FromHours(1))
        {
            QueuedAt = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero),
        };

    public static SentText Sent(OutgoingText text, string? providerId = null, DateTimeOffset? at = null) =>
        new(text.MessageId, text.Fence, providerId, text.To, text.Body, at ?? TimeProvider.System.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        await TwilioServer.DisposeAsync();
        await BackupServer.DisposeAsync();
        await services.DisposeAsync();
    }

    private static PhoneNumber Phone(string number) =>
        PhoneNumber.TryParse(number, out var phone) ? phone : throw new FormatException(number);
}
