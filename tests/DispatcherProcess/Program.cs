using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RecoveryOS.Core;
using RecoveryOS.Core.Messaging.Outbound;

// One dispatcher in a process of its own, for tests that kill it: it empties the outbox over and over. Settings come
// from the environment, as those of the service do.
await using var services = new ServiceCollection()
    .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddEnvironmentVariables().Build())
    .AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning))
    .AddRecoveryOS()
    .BuildServiceProvider();
var dispatcher = services.GetRequiredService<Dispatcher>();
Console.WriteLine("ready");
while (true)
{
    await dispatcher.RunAsync(CancellationToken.None);
    await Task.Delay(TimeSpan.FromMilliseconds(50));
}
