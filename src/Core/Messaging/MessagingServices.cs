using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Messages;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;
using RecoveryOS.Core.Messaging.Reminders;
using RecoveryOS.Core.Messaging.Signatures;
using RecoveryOS.Core.Messaging.Spools;

namespace RecoveryOS.Core.Messaging;

public static class MessagingServices
{
    public static IServiceCollection AddMessaging(this IServiceCollection services)
    {
        services.AddOptions<SpoolOptions>().BindConfiguration(SpoolOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SpoolOptions>, SpoolFolderValidator>();
        return services
            .AddSignatures()
            .AddTextProviders()
            .AddSingleton<BellAnswer>()
            .AddSingleton<DailyPrompts>()
            .AddSingleton<Dispatcher>()
            .AddSingleton<Inbox>()
            .AddSingleton<MessageBook>()
            .AddSingleton<OutboxBell>()
            .AddSingleton<Reconciler>()
            .AddSingleton<ReminderRound>()
            .AddSingleton<SilenceWatch>()
            .AddSingleton<Spool>()
            .AddSingleton<SpoolDrain>()
            .AddSingleton<StatusLedger>()
            .AddSingleton<TextDoor>();
    }
}
