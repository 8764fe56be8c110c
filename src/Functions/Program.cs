using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RecoveryOS.Core;
using RecoveryOS.Core.Backups.Restores.Unpacking;
using RecoveryOS.Core.Telemetry;
using RecoveryOS.Functions;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

if (await UnpackHelper.RunAsync(args) is { } helped)
    return helped;

var builder = FunctionsApplication.CreateBuilder(args);
Schedules.AddDefaults(builder.Configuration);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<Problems>();
builder.UseMiddleware<Gate>();
builder.Logging.ClearProviders().AddJsonLines();
builder.Services.ConfigureHttpJsonOptions(options => ServiceJson.Configure(options.SerializerOptions));
builder.Services.AddTelemetry(builder.Configuration).AddSingleton<AccessRules>().AddRecoveryOS();
builder.Services.AddHostedService<UrgentTexts>().AddHostedService<QueuedRestoreTests>();

return Startup.Run(builder.Build);
