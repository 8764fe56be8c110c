using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

using var host = builder.Build();
await host.StartAsync();

// Whoever started this process waits for this line, and learns the port from it.
var server = host.Services.GetRequiredService<IServer>();
Console.WriteLine(server.Features.Get<IServerAddressesFeature>()?.Addresses.Single());
await host.WaitForShutdownAsync();
