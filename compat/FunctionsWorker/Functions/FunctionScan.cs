using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace FunctionsWorker;

/// <summary>Finds the functions in classes, except those that the settings switch off.</summary>
internal sealed class FunctionScan(IConfiguration configuration)
{
    private const BindingFlags PublicMethods =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public List<Function> Find(IEnumerable<Type> classes)
    {
        var functions =
            (from type in classes
             where type is { IsClass: true }
             from method in type.GetMethods(PublicMethods)
             let attribute = method.GetCustomAttribute<FunctionAttribute>()
             where attribute is not null && !IsDisabled(attribute.Name)
             select new Function(attribute.Name, method)).ToList();

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return functions.Find(function => !names.Add(function.Name)) is { } second
            ? throw new InvalidOperationException($"Two functions are named {second.Name}.")
            : functions;
    }

    private bool IsDisabled(string name) =>
        (configuration[$"AzureWebJobs.{name}.Disabled"] ?? configuration[$"AzureWebJobs:{name}:Disabled"])
            is { } value && (value == "1" || (bool.TryParse(value, out var disabled) && disabled));
}
