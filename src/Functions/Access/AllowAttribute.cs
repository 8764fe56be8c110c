using RecoveryOS.Core.Identity;

namespace RecoveryOS.Functions.Access;

/// <summary>Who may call a function. One without this rule is refused to everybody.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowAttribute(params Role[] roles) : Attribute
{
    public IReadOnlyList<Role> Roles => roles;
}
