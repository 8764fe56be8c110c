using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsWorker;

/// <summary>The ASP.NET Core application around the functions.</summary>
internal static class WorkerHost
{
    /// <summary>An application with no more in it than what the worker uses; the app adds its own log.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var host = new ConfigurationBuilder()
            .AddEnvironmentVariables("DOTNET_")
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables("AZURE_FUNCTIONS_")
            .AddCommandLine(args)
            .Build();

        var builder = WebApplication.CreateEmptyBuilder(new()
        {
            ApplicationName = host[HostDefaults.ApplicationKey],
            EnvironmentName = host[HostDefaults.EnvironmentKey],
            ContentRootPath = host[HostDefaults.ContentRootKey] ?? Directory.GetCurrentDirectory(),
        });
        builder.Configuration
            .AddConfiguration(host)
            .AddInMemoryCollection(LocalSettings.Read(builder.Environment.ContentRootPath))
            .AddEnvironmentVariables()
            .AddCommandLine(args);
        return builder;
    }

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        if (builder.Services.All(service => service.ServiceType != typeof(IServer)))
            throw new InvalidOperationException("Call ConfigureFunctionsWebApplication() before Build().");

        var settings = HostJson.Read(builder.Environment.ContentRootPath);
        var app = builder.Build();
        var guard = ActivatorUtilities.CreateInstance<ResponseGuard>(app.Services, settings);
        var endpoints = ActivatorUtilities.CreateInstance<FunctionEndpoints>(app.Services, settings);
        ((IEndpointRouteBuilder)app).DataSources.Add(new DefaultEndpointDataSource(endpoints.All));
        app.Use(next => context => guard.InvokeAsync(context, next));
        app.UseRouting();
        app.Run(Dispatch);
        return app;
    }

    /// <summary>Runs the matched function; an answer of routing itself (405) is a 404 like any other.</summary>
    private static Task Dispatch(HttpContext http)
    {
        if (http.GetEndpoint() is RouteEndpoint { RequestDelegate: { } serve })
            return serve(http);

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
