using System.Reflection;
using System.Runtime.CompilerServices;

namespace FunctionsWorker.Tests.Api;

/// <summary>Writes an assembly's public API in the format of compat/api.</summary>
internal static class ApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>One line for each exported type and for each of its public and protected members.</summary>
    public static IEnumerable<string> Of(Assembly assembly) =>
        from type in assembly.GetExportedTypes()
        from line in Of(type)
        select $"{TypeText.Of(type)} | {line}";

    private static IEnumerable<string> Of(Type type)
    {
        yield return Declaration(type);
        if (type.IsAssignableTo(typeof(Delegate)))
            yield break;

        foreach (var member in type.GetMembers(Declared))
        {
            if (member is not TypeInfo && !member.IsDefined(typeof(CompilerGeneratedAttribute))
                && MemberText.Of(member) is { } text)
            {
                yield return text + Obsolete(member);
            }
        }
    }

    private static string Declaration(Type type)
    {
        if (type.IsEnum)
            return $"enum | {type.Name} : {TypeText.Of(Enum.GetUnderlyingType(type))}";
        if (type.IsAssignableTo(typeof(Delegate)) && type.GetMethod("Invoke") is { } invoke)
            return $"delegate | {MemberText.Signature(invoke, type.Name)}";

        var kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        return $"{kind} | {TypeText.ShortName(type)}{Parents(type)}{Usage(type)}";
    }

    private static string Parents(Type type)
    {
        var ancestor = type is { IsValueType: false, BaseType: { } parent } && parent != typeof(object) ? parent : null;
        IEnumerable<string> parents =
        [
            .. ancestor is null ? Enumerable.Empty<string>() : [TypeText.Of(ancestor)],
            .. type.GetInterfaces().Select(face => TypeText.Of(face)).Order(StringComparer.Ordinal),
        ];
        var text = string.Join(", ", parents);
        return text.Length == 0 ? "" : $" : {text}";
    }

    /// <summary>As it is written: CustomAttributeData tells what was said from what is the default.</summary>
    private static string Usage(Type type)
    {
        if (type.GetCustomAttributesData().FirstOrDefault(
            data => data.AttributeType == typeof(AttributeUsageAttribute)) is not { } usage)
        {
            return "";
        }

        var targets = (AttributeTargets)Convert.ToInt32(usage.ConstructorArguments[0].Value, null);
        var named = usage.NamedArguments.Select(argument => $", {argument.MemberName} = {argument.TypedValue.Value}");
        return $" [AttributeUsage({targets}{string.Concat(named)})]";
    }

    private static string Obsolete(MemberInfo member) =>
        member.GetCustomAttribute<ObsoleteAttribute>() is { } obsolete ? $"  [Obsolete(\"{obsolete.Message}\")]" : "";
}
