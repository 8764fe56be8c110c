using System.Reflection;
using FunctionsWorker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds the host that serves the functions of the application's assembly.</summary>
public class FunctionsApplicationBuilder : IFunctionsWorkerApplicationBuilder, IHostApplicationBuilder
{
    private readonly WebApplicationBuilder _builder;
    private readonly IHostApplicationBuilder _host;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    internal FunctionsApplicationBuilder(string[] args)
    {
        _builder = WorkerHost.CreateBuilder(args);
        _host = _builder;
        FunctionClasses = new(() => Assembly.Load(Environment.ApplicationName).GetExportedTypes());
    }

    public IDictionary<object, object> Properties => _host.Properties;

    public ConfigurationManager Configuration => _builder.Configuration;

    public IHostEnvironment Environment => _builder.Environment;

    public ILoggingBuilder Logging => _builder.Logging;

    public IMetricsBuilder Metrics => _builder.Metrics;

    public IServiceCollection Services => _builder.Services;

    IConfigurationManager IHostApplicationBuilder.Configuration => _builder.Configuration;

    internal IWebHostBuilder WebHost => _builder.WebHost;

    /// <summary>The classes that may hold functions; tests name their own.</summary>
    internal Lazy<IReadOnlyList<Type>> FunctionClasses { get; set; }

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _middleware.Add(middleware);
        return this;
    }

    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => _host.ConfigureContainer(factory, configure);

    public IHost Build()
    {
        var functions = new FunctionScan(Configuration).Find(FunctionClasses.Value);
        var pipeline = _middleware.AsEnumerable().Reverse()
            .Aggregate<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>, FunctionExecutionDelegate>(
                Function.InvokeAsync, (next, middleware) => middleware(next));

        Services.TryAddSingleton(TimeProvider.System);
        Services.AddSingleton(new FunctionSet(functions, pipeline));
        Services.AddSingleton<Timers>().AddHostedService(services => services.GetRequiredService<Timers>());
        return WorkerHost.Build(_builder);
    }
}
