using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Identity;

namespace RecoveryOS.Functions.Access;

/// <summary>The rules of all functions of this assembly, by entry point (<c>Namespace.Class.Method</c>).</summary>
public sealed class AccessRules
{
    private readonly FrozenDictionary<string, IReadOnlyList<Role>> rules = Functions()
        .ToFrozenDictionary(EntryPoint, method => method.GetCustomAttribute<AllowAttribute>()?.Roles ?? []);

    /// <summary>Empty when the function has no rule: nobody may call it.</summary>
    public IReadOnlyList<Role> For(string entryPoint) => rules.TryGetValue(entryPoint, out var roles) ? roles : [];

    /// <summary>Every method of this assembly that is a function.</summary>
    internal static IEnumerable<MethodInfo> Functions() => typeof(AccessRules).Assembly.GetExportedTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.IsDefined(typeof(FunctionAttribute)));

    internal static string EntryPoint(MethodInfo method) => $"{method.DeclaringType?.FullName}.{method.Name}";
}
