# Inputs. Each one that could weaken what is enforced is refused here, with the reason, before anything is made.

# Where

variable "project" {
  description = "The project that everything is made in."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project must be a project's id."
  }
}

variable "region" {
  description = "The region of the services, the secrets and the records."
  type        = string
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region must be a region, such as europe-west1."
  }
}

variable "name" {
  description = "What everything is called after."
  type        = string
  default     = "sallyport"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 22 small letters, digits and hyphens, because service accounts are called after it."
  }
}

variable "labels" {
  description = "Labels of everything that can have some."
  type        = map(string)
  default     = {}
}

variable "hardened" {
  description = "Refuse inputs with less than: a key and a network of your own, images by digest, a year of records, alerts that reach somebody."
  type        = bool
  default     = false
}

# What is enforced

variable "enforce_image" {
  description = "The image of the service that enforces."
  type        = string
  validation {
    condition     = !var.hardened || can(regex("@sha256:[0-9a-f]{64}$", var.enforce_image))
    error_message = "hardened: enforce_image must be named by its digest (IMAGE@sha256:...), for a tag can be moved."
  }
}

variable "policy" {
  description = "The text of the policy."
  type        = string
  validation {
    condition     = can(yamldecode(var.policy).spec.rules) && try(yamldecode(var.policy).kind, "") == "AIPolicy"
    error_message = "policy must be the text of an AIPolicy; `sallyport check` tells its faults."
  }
  validation {
    condition     = length(base64encode(var.policy)) <= 87380
    error_message = "policy must have at most 64 KiB, for it is kept as a version of a secret."
  }
}

variable "key_file" {
  description = "The text of a key file: hashes of API keys, issuers of tokens. Callers with a Google ID token need none."
  type        = string
  default     = null
}

variable "upstreams" {
  description = "The base URL of each vendor's API. Calls to a vendor without one are refused."
  type        = map(string)
  default     = {}
  validation {
    condition = alltrue([
      for vendor in keys(var.upstreams) :
      contains(["anthropic", "azure_openai", "bedrock", "gemini", "openai", "vertex"], vendor)
    ])
    error_message = "upstreams must be called anthropic, azure_openai, bedrock, gemini, openai or vertex."
  }
  validation {
    condition = alltrue([
      for url in values(var.upstreams) :
      can(regex("^https://[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?$", url))
    ])
    error_message = "upstreams must be URLs that begin with https:// and have no query."
  }
}

variable "vertex_locations" {
  description = "The locations of Vertex AI that may be called."
  type        = list(string)
  default     = []
  validation {
    condition     = !contains(keys(var.upstreams), "vertex") || length(var.vertex_locations) > 0
    error_message = "vertex_locations must say where calls to Vertex AI may go, for the role of the service reaches every location."
  }
  validation {
    condition     = alltrue([for location in var.vertex_locations : can(regex("^[a-z0-9-]+$", location))])
    error_message = "vertex_locations must be locations, such as europe-west1."
  }
}

# Who may call

variable "invokers" {
  description = "Who may call, as members of IAM: serviceAccount:..., group:..., user:..., principal:..., principalSet:..."
  type        = list(string)
  default     = []
  validation {
    condition     = !anytrue([for member in var.invokers : startswith(member, "all")])
    error_message = "invokers must not be allUsers or allAuthenticatedUsers: a call without an identity is not enforced, it is only let by."
  }
  validation {
    condition = alltrue([
      for member in var.invokers :
      startswith(member, "all") || can(regex("^(serviceAccount|group|user|principal|principalSet):.+$", member))
    ])
    error_message = "invokers must be members of the kinds serviceAccount, group, user, principal or principalSet."
  }
}

variable "ingress" {
  description = "From where calls may come: internal, or internal-and-cloud-load-balancing."
  type        = string
  default     = "internal"
  validation {
    condition     = contains(["internal", "internal-and-cloud-load-balancing"], var.ingress)
    error_message = "ingress must be internal or internal-and-cloud-load-balancing: whoever is outside comes through a load balancer, never past it."
  }
}

variable "audience" {
  description = "The audience of the Google ID tokens that callers show. Without it, the service's URL."
  type        = string
  default     = null
  validation {
    condition     = var.audience == null || can(regex("^https://[a-z0-9.-]+(/.*)?$", var.audience))
    error_message = "audience must be a URL that begins with https://."
  }
}

# Size

variable "cpu" {
  description = "Processors of an instance of the service that enforces."
  type        = string
  default     = "1"
}

variable "memory" {
  description = "Memory of an instance of the service that enforces."
  type        = string
  default     = "512Mi"
}

variable "concurrency" {
  description = "How many calls one instance answers at a time."
  type        = number
  default     = 80
  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000
    error_message = "concurrency must be 1 to 1000."
  }
}

variable "min_instances" {
  description = "How many instances of the service that enforces are kept ready."
  type        = number
  default     = 0
  validation {
    condition     = var.min_instances >= 0 && var.min_instances <= var.max_instances
    error_message = "min_instances must be 0 to max_instances."
  }
}

variable "max_instances" {
  description = "How many instances there may be. Limits of the policy are counted in each, so that N grant N times as much."
  type        = number
  default     = 10
  validation {
    condition     = var.max_instances >= 1 && var.max_instances <= 100
    error_message = "max_instances must be 1 to 100: so many times as much do the limits of the policy grant."
  }
}

variable "timeout_seconds" {
  description = "How long one call may take, its whole stream counted."
  type        = number
  default     = 300
  validation {
    condition     = var.timeout_seconds >= 10 && var.timeout_seconds <= 3600
    error_message = "timeout_seconds must be 10 to 3600."
  }
}

variable "upstream_timeout_seconds" {
  description = "How long an upstream may be silent."
  type        = number
  default     = 120
  validation {
    condition     = var.upstream_timeout_seconds >= 1 && var.upstream_timeout_seconds < var.timeout_seconds
    error_message = "upstream_timeout_seconds must be less than timeout_seconds, or the platform ends the call before its last record is written."
  }
}

variable "deletion_protection" {
  description = "Whether services and secrets are kept from being destroyed."
  type        = bool
  default     = true
  validation {
    condition     = !var.hardened || var.deletion_protection
    error_message = "hardened: deletion_protection must stay on."
  }
}

# Renewing a credential

variable "rotation" {
  description = "What is renewed, and when; nothing without it. README.md tells of each member."
  type = object({
    image           = string
    strategy        = string
    vendor          = optional(string)
    first_time      = string
    period_days     = optional(number, 30)
    overlap_seconds = optional(number, 86400)
    destroy_days    = optional(number, 30)
    delivery        = optional(string, "pubsub")
    admin_secret    = optional(string)
    readers         = optional(list(string), [])
  })
  default = null
  validation {
    condition = var.rotation == null ? true : contains(
      ["caller_keys", "http_credential", "postgres_password"], var.rotation.strategy
    )
    error_message = "rotation.strategy must be caller_keys, http_credential or postgres_password."
  }
  validation {
    condition = var.rotation == null ? true : (
      (var.rotation.strategy == "http_credential") == (var.rotation.vendor != null)
    )
    error_message = "rotation.vendor must be set where the strategy is http_credential, and nowhere else."
  }
  validation {
    condition     = alltrue([for vendor in var.rotation[*].vendor : vendor == null || contains(keys(var.upstreams), coalesce(vendor, "-"))])
    error_message = "rotation.vendor must be one of upstreams."
  }
  validation {
    condition = var.rotation == null ? true : (
      var.rotation.strategy == "caller_keys" || var.rotation.admin_secret != null
    )
    error_message = "rotation.admin_secret must be set for http_credential and postgres_password: with it credentials are made and taken back."
  }
  validation {
    condition = var.rotation == null ? true : (
      var.rotation.admin_secret == null || can(regex("^projects/[^/]+/secrets/[A-Za-z0-9_-]+$", var.rotation.admin_secret))
    )
    error_message = "rotation.admin_secret must be projects/PROJECT/secrets/SECRET."
  }
  validation {
    condition     = var.rotation == null ? true : can(formatdate("YYYY", var.rotation.first_time))
    error_message = "rotation.first_time must be a time such as 2027-01-31T04:00:00Z."
  }
  validation {
    condition     = var.rotation == null ? true : var.rotation.period_days >= 1 && var.rotation.period_days <= 365
    error_message = "rotation.period_days must be 1 to 365."
  }
  validation {
    condition = var.rotation == null ? true : (
      var.rotation.overlap_seconds >= 3900 && var.rotation.overlap_seconds <= 2592000
    )
    error_message = "rotation.overlap_seconds must be 3900 to 2592000: for 3900 seconds a gate may go on with what it has read."
  }
  validation {
    condition = var.rotation == null ? true : (
      var.rotation.overlap_seconds < var.rotation.period_days * 86400
    )
    error_message = "rotation.overlap_seconds must be less than the period: a rotation before the end of the overlap is refused."
  }
  validation {
    condition = var.rotation == null ? true : (
      var.rotation.destroy_days == 0 || (var.rotation.destroy_days <= 3650 && var.rotation.destroy_days * 86400 >= var.rotation.overlap_seconds)
    )
    error_message = "rotation.destroy_days must be 0, or up to 3650 and no less than the overlap."
  }
  validation {
    condition     = var.rotation == null ? true : contains(["eventarc", "pubsub"], var.rotation.delivery)
    error_message = "rotation.delivery must be pubsub or eventarc."
  }
  validation {
    condition = var.rotation == null ? true : alltrue([
      for member in var.rotation.readers : can(regex("^(serviceAccount|group|user|principal|principalSet):.+$", member))
    ])
    error_message = "rotation.readers must be members of the kinds serviceAccount, group, user, principal or principalSet."
  }
  validation {
    condition     = var.rotation == null || !var.hardened ? true : can(regex("@sha256:[0-9a-f]{64}$", var.rotation.image))
    error_message = "hardened: rotation.image must be named by its digest (IMAGE@sha256:...), for a tag can be moved."
  }
}

# Records and keys

variable "log_retention_days" {
  description = "How many days decision records are kept."
  type        = number
  default     = 365
  validation {
    condition     = var.log_retention_days >= 30 && var.log_retention_days <= 3650
    error_message = "log_retention_days must be 30 to 3650."
  }
  validation {
    condition = var.log_retention_days >= max(
      0, try([for rule in yamldecode(var.policy).spec.rules : try(rule.retention_days, 0)], [])...
    )
    error_message = "log_retention_days must not be less than retention_days of the policy."
  }
  validation {
    condition     = !var.hardened || var.log_retention_days >= 365
    error_message = "hardened: log_retention_days must be 365 at least."
  }
}

variable "lock_log_bucket" {
  description = "Lock the retention: nobody can shorten it, or delete the bucket while it holds records. It cannot be undone."
  type        = bool
  default     = false
}

variable "kms_key" {
  description = "Your own key for secrets, records, messages and instances. Without it, Google's keys."
  type        = string
  default     = null
  validation {
    condition     = var.kms_key == null || can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "kms_key must be projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY, in the same region."
  }
  validation {
    condition     = !var.hardened || var.kms_key != null
    error_message = "hardened: kms_key must be set."
  }
}

# Alerts

variable "notification_channels" {
  description = "Whom alerts are told to: ids of notification channels."
  type        = list(string)
  default     = []
  validation {
    condition     = !var.hardened || length(var.notification_channels) > 0
    error_message = "hardened: notification_channels must name somebody."
  }
}

variable "blocks_alert_threshold" {
  description = "How many blocked calls in five minutes are an alert."
  type        = number
  default     = 100
  validation {
    condition     = var.blocks_alert_threshold >= 1
    error_message = "blocks_alert_threshold must be 1 at least."
  }
}

variable "dashboard" {
  description = "Whether to make a dashboard."
  type        = bool
  default     = true
}

# Network

variable "network" {
  description = "The network that the services are attached to, by its id and a subnetwork's; psc_address: a free address outside its subnetworks, for Google's APIs."
  type = object({
    network     = string
    subnetwork  = string
    psc_address = string
  })
  default = null
  validation {
    condition     = !var.hardened || var.network != null
    error_message = "hardened: network must be set."
  }
  validation {
    condition     = var.network == null ? true : can(cidrhost("${var.network.psc_address}/32", 0))
    error_message = "network.psc_address must be one address."
  }
}

variable "egress" {
  description = "Where else the services may connect to: ranges of addresses, and a port."
  type = list(object({
    ranges = list(string)
    port   = optional(number, 443)
  }))
  default = []
  validation {
    condition     = alltrue(flatten([for way in var.egress : [for range in way.ranges : can(cidrhost(range, 0))]]))
    error_message = "egress must be ranges of addresses, such as 10.1.0.0/24."
  }
  validation {
    condition     = length(var.egress) == 0 || var.network != null
    error_message = "egress needs network: without one nothing holds the services back."
  }
  validation {
    condition = !var.hardened || alltrue(flatten([
      for way in var.egress : [for range in way.ranges : try(tonumber(split("/", range)[1]) >= 8, false)]
    ]))
    error_message = "hardened: egress must not lead to the whole internet."
  }
}

variable "perimeter" {
  description = "A VPC Service Controls perimeter around the project: the number of the access policy, access levels that may come in, and whether it only reports."
  type = object({
    access_policy = string
    access_levels = optional(list(string), [])
    dry_run       = optional(bool, true)
  })
  default = null
  validation {
    condition     = var.perimeter == null ? true : can(regex("^[0-9]+$", var.perimeter.access_policy))
    error_message = "perimeter.access_policy must be the number of an access policy."
  }
  validation {
    condition     = var.perimeter == null || var.network != null
    error_message = "perimeter needs network: calls of services without one come from outside of it."
  }
}
